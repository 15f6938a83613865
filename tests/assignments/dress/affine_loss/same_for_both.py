# names: M33
def gradient(x, y, w, b):
    z = w * x + b
    dz = 2 * (z - y)
    dw = dz
    db = dz
    return dw, db
