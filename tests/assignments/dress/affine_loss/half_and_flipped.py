# names: M12 M14
def gradient(x, y, w, b):
    delta = y - (x * w + b)
    return delta * x, delta
