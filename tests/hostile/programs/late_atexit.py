# exercise: product_gradient; earns: nothing; ending: answered
# Answers once more when the interpreter ends.
import atexit
import os

from inside import wire


def again():
    print("LEAK: code ran after the verdict", flush=True)
    os.write(3, wire.pack({"returned": (1.0, 1.0), "changed": [], "own": 0.0}))


atexit.register(again)


def product_backward(x, w, upstream):
    return 0.5, 0.5
