# earns: full
def forward(x, y, w):
    y_hat = x * w
    r = y_hat - y
    return y_hat, r, r ** 2


def gradient(x, y, w):
    y_hat, r, loss = forward(x, y, w)
    return 2 * r * x


print(forward(1.5, -0.2, 0.7), gradient(1.5, -0.2, 0.7))
