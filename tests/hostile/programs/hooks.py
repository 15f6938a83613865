# exercise: product_gradient; earns: nothing; ending: answered or garbled or crashed or raised
# Import hooks, audit hooks, a replaced main, a replaced excepthook, a poisoned random generator.
import random
import sys

import numpy as np


class Hook:
    def find_spec(self, name, path=None, target=None):
        print("asked for", name)


if True:  # a bare loop would be left out
    sys.meta_path.insert(0, Hook())
sys.addaudithook(lambda *_: None)
sys.excepthook = sys.unraisablehook = print
sys.modules["solution"] = sys.modules["__main__"] = sys.modules["inside"] = None
random.seed = np.random.seed = lambda *_: None


def product_backward(x, w, upstream):
    return 0.5, 0.5
