# earns: full
def gradient(x, y, w1, w2, b):
    r = w1 * x ** 2 + w2 * x + b - y
    return 2 * r * x ** 2, 2 * r * x, 2 * r
