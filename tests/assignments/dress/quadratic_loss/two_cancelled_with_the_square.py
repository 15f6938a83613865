# names: M12
import numpy as np

def gradient(x, y, w1, w2, b):
    e = np.array(w1 * x**2 + w2 * x + b - y)
    return e * x**2, 2 * e * x, 2 * e
