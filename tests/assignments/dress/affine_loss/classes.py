# earns: full
"""A node knows its inputs and passes gradients back."""


class Affine:
    def forward(self, x, w, b):
        self.x = x
        return w * x + b

    def backward(self, upstream):
        return upstream * self.x, upstream


class SquaredError:
    def forward(self, y_hat, y):
        self.r = y_hat - y
        return self.r ** 2

    def backward(self, upstream=1.0):
        return upstream * 2 * self.r


def gradient(x, y, w, b):
    affine, loss = Affine(), SquaredError()
    loss.forward(affine.forward(x, w, b), y)
    return affine.backward(loss.backward())
