# exercise: product_gradient; earns: nothing; ending: timeout; seconds: 0.5
# Sleeps.
import time

time.sleep(3600)


def product_backward(x, w, upstream):
    return 0.5, 0.5
