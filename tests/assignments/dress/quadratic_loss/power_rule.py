# names: M42
def gradient(x, y, w1, w2, b):
    r = w1 * x ** 2 + w2 * x + b - y
    dw1 = 2 * r * 2 * x     # (x^2)' = 2x
    dw2 = 2 * r * x
    db = 2 * r
    return dw1, dw2, db
