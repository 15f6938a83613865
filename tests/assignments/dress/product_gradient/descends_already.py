# names: M14
import numpy as np

def product_backward(x, w, upstream):
    # move against the gradient
    g = np.array([w, x]) * upstream
    return -g[0], -g[1]
