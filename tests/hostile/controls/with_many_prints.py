# exercise: product_gradient; earns: all; ending: answered; prints: dx
"""Prints everything, also at the top level, and far more than is kept."""
import logging
import sys
import warnings

logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)


def product_backward(x, w, upstream):
    print("inputs:", x, w, upstream)
    dx, dw = upstream * w, upstream * x
    print("dx =", dx, "dw =", dw, file=sys.stdout, flush=True)
    logging.debug("graph: " + "x" * 20_000)
    warnings.warn("careful")
    for step in range(2000):
        print("step", step, "梯度", dx)
    return dx, dw


print(product_backward(1.5, -0.5, 2.0))
assert product_backward(2.0, 3.0, 1.0) == (3.0, 2.0)
