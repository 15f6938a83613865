# exercise: product_gradient; earns: all; ending: answered
"""Answers as a dict would be wrong, but numpy scalars, zero-dimensional arrays and Fractions turned back are right."""
from fractions import Fraction

import numpy as np


def product_backward(x, w, upstream):
    dx = Fraction(w) * Fraction(upstream)
    return np.float64(float(dx)), np.array(x * upstream)
