# names: M42
def gradient(x, y, w, b):
    diff = w * x + b - y
    dw = 2 * diff * w    # (wx)' = w
    db = 2 * diff
    return dw, db
