# names: M12
# J(w) = 1/2 (h - y)^2
def forward(x, y, w):
    h = w * x
    error = h - y
    return h, error, 0.5 * error ** 2


def gradient(x, y, w):
    h = w * x
    return 2 * (h - y) * x
