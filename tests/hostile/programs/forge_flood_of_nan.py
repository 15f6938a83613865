# exercise: product_gradient; earns: nothing; ending: garbled; seconds: 4
# Valid answers of 16 MiB of NaN each, one after the other, to fill the worker's memory.
import numpy as np


def product_backward(x, w, upstream):
    import os

    from inside import wire

    frame = wire.pack({"returned": np.full(2_000_000, np.nan), "changed": [], "own": 0.0})
    while True:
        rest = memoryview(frame)
        while rest:
            rest = rest[os.write(3, rest):]
