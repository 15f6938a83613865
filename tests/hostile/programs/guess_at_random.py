# exercise: product_gradient; earns: nothing; ending: answered
# Random numbers.
import random


def product_backward(x, w, upstream):
    return random.gauss(0, 1), random.gauss(0, 1)
