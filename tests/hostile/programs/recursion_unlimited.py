# exercise: product_gradient; earns: nothing; ending: crashed or memory or timeout; seconds: 5
# Calls itself until the C stack ends.
import sys

sys.setrecursionlimit(1 << 30)


class Deep:
    def __getattr__(self, name):
        return getattr(self, name + "x")

    def __repr__(self):
        return repr([self])


def product_backward(x, w, upstream):
    return repr(Deep()), Deep().a
