# earns: full
class Parabola:
    def __init__(self, w1, w2, b):
        self.w1, self.w2, self.b = w1, w2, b

    def __call__(self, x):
        self.x = x
        return self.w1 * x * x + self.w2 * x + self.b

    def backward(self, upstream):
        self.dw1 = upstream * self.x * self.x
        self.dw2 = upstream * self.x
        self.db = upstream
        return self.dw1, self.dw2, self.db


class Loss:
    def __call__(self, y_hat, y):
        self.r = y_hat - y
        return self.r ** 2

    def backward(self):
        return 2 * self.r


def gradient(x, y, w1, w2, b):
    model, criterion = Parabola(w1, w2, b), Loss()
    criterion(model(x), y)
    return model.backward(criterion.backward())
