# names: M33
def forward(x, y, w):
    y_hat = x * w
    r = y_hat - y
    return y_hat, r, r ** 2


def gradient(x, y, w):
    r = forward(x, y, w)[1]
    dr = 2 * r
    dw = dr
    return dw
