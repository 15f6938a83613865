# names: M12
def gradient(x, y, w1, w2, b):
    e = w1 * x * x + w2 * x + b - y
    return (2 * e * x * x, e * x, 2 * e)
