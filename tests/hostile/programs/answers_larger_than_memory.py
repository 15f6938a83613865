# exercise: product_gradient; earns: nothing; ending: raised or memory or timeout; seconds: 3
# One number, seen as 2**50 of them.
import numpy as np


def product_backward(x, w, upstream):
    return np.broadcast_to(np.zeros(()), (1 << 50,))
