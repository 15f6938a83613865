# names: M14
class Quadratic:
    def __init__(self, w1, w2, b):
        self.w1, self.w2, self.b = w1, w2, b

    def error(self, x, y):
        return y - (self.w1 * x ** 2 + self.w2 * x + self.b)

    def grads(self, x, y):
        e = self.error(x, y)
        return 2 * e * x ** 2, 2 * e * x, 2 * e


def gradient(x, y, w1, w2, b):
    return Quadratic(w1, w2, b).grads(x, y)
