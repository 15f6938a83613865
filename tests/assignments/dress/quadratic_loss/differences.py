# names: M44
def loss(x, y, p):
    return (p[0] * x ** 2 + p[1] * x + p[2] - y) ** 2


def gradient(x, y, w1, w2, b):
    h = 1e-5
    out = []
    for i in range(3):
        up, down = [w1, w2, b], [w1, w2, b]
        up[i] += h
        down[i] -= h
        out.append((loss(x, y, up) - loss(x, y, down)) / (2 * h))
    return out
