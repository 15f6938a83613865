# names: M24
def forward(x, y, w):
    y_hat = x * w
    r = y_hat - y
    return y_hat, r, r ** 2


def gradient(x, y, w):
    # d(w*x)^2 / dw
    return 2 * w * x * x
