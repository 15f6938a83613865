# names: M12 M14
def gradient(x, y, w1, w2, b):
    diff = y - (w1 * x ** 2 + w2 * x + b)
    return diff * x ** 2, diff * x, diff
