# names: M14 M14
def forward(x, y, w):
    y_hat = x * w
    r = y - y_hat
    return y_hat, r, r ** 2


def gradient(x, y, w):
    _, r, _ = forward(x, y, w)
    return 2 * r * x
