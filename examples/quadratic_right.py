# Right: one residual, three gradients.


def gradient(x, y, w1, w2, b):
    y_pred = w1 * x**2 + w2 * x + b
    r = y_pred - y
    dw1 = 2 * r * x**2
    dw2 = 2 * r * x
    db = 2 * r
    return dw1, dw2, db
