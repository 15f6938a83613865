# exercise: product_gradient; earns: nothing; ending: timeout; seconds: 0.5
# A regular expression that tries everything.
import re


def product_backward(x, w, upstream):
    return re.match(r"(a+)+$", "a" * 64 + "b"), 0.0
