# earns: full
import math


def gradient(x, y, w, b):
    residual = w * x + b - y
    shared = [2 * residual, 1.0]        # dL/dr, dr/dy_hat
    last = {"w": x, "b": 1.0}           # dy_hat/dw, dy_hat/db
    found = []
    for name in ("w", "b"):
        product = 1.0
        for factor in shared + [last[name]]:
            product *= factor
        found.append(product)
    return found
