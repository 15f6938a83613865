# names: M44
def f(x, w):
    return x * w


def product_backward(x, w, upstream):
    h = 1e-6
    dx = (f(x + h, w) - f(x - h, w)) / (2 * h) * upstream
    dw = (f(x, w + h) - f(x, w - h)) / (2 * h) * upstream
    return dx, dw
