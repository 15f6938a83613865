# names: M42
def gradient(x, y, w, b):
    d = 2 * (w * x + b - y) * x
    return d, d
