# exercise: product_gradient; earns: nothing; ending: answered or raised or unsendable; seconds: 6
# Shapes that broadcast, are empty, or are far larger than their memory.
import itertools

import numpy as np

turn = itertools.cycle([np.zeros((2, 0)), np.zeros((0, 2)), np.full((2, 1, 1), 0.5), np.zeros((2,) * 20),
                        np.broadcast_to(np.zeros(()), (2, 1 << 19)), (np.zeros(0), np.zeros((0, 5, 0)))])


def product_backward(x, w, upstream):
    return next(turn)
