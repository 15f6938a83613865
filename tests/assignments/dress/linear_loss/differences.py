# names: M44
def forward(x, y, w):
    y_hat = x * w
    r = y_hat - y
    return y_hat, r, r ** 2


def gradient(x, y, w):
    eps = 1e-4
    return (forward(x, y, w + eps)[2] - forward(x, y, w)[2]) / eps
