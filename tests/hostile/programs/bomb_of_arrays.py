# exercise: product_gradient; earns: nothing; ending: memory; seconds: 8
# numpy memory, touched.
import numpy as np


def product_backward(x, w, upstream):
    return [np.ones(1 << 24) for _ in range(1000)]
