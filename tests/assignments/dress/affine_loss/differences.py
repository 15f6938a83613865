# names: M44
def loss(x, y, w, b):
    return (w * x + b - y) ** 2


def gradient(x, y, w, b, h=1e-5):
    dw = (loss(x, y, w + h, b) - loss(x, y, w - h, b)) / (2 * h)
    db = (loss(x, y, w, b + h) - loss(x, y, w, b - h)) / (2 * h)
    return dw, db
