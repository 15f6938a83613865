# names: M42
class Model:
    def __init__(self, w):
        self.w = w

    def forward(self, x, y):
        self.y_hat = self.w * x
        self.r = self.y_hat - y
        return self.y_hat, self.r, self.r ** 2

    def backward(self):
        return 2 * self.r * self.w


def forward(x, y, w):
    return Model(w).forward(x, y)


def gradient(x, y, w):
    model = Model(w)
    model.forward(x, y)
    return model.backward()
