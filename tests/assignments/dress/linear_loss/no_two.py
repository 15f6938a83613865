# names: M12
def forward(x, y, w):
    y_hat = x * w
    r = y_hat - y
    loss = r * r
    return y_hat, r, loss


def gradient(x, y, w):
    y_hat, r, loss = forward(x, y, w)
    return r * x
