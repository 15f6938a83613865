# names: M12 M12
def forward(x, y, w):
    h = w * x
    return h, h - y, (h - y) ** 2 / 2


def gradient(x, y, w):
    h, error, cost = forward(x, y, w)
    return error * x
