# exercise: product_gradient; earns: nothing; ending: unsendable
# Objects that would run code where they are unpickled.
import torch


class Bomb:
    def __reduce__(self):
        return print, ("LEAK: unpickled",)


def product_backward(x, w, upstream):
    return Bomb(), torch.nn.Linear(1, 1)
