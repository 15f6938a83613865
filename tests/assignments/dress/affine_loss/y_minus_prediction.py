# names: M14
def gradient(x, y, w, b):
    err = y - (w * x + b)
    return 2 * err * x, 2 * err
