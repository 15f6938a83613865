# earns: full
class Multiply:
    def __call__(self, x, w):
        self.x = x
        return x * w

    def back(self, upstream):
        return upstream * self.x


class Subtract:
    def __call__(self, y_hat, y):
        return y_hat - y

    def back(self, upstream):
        return upstream * 1.0


class Square:
    def __call__(self, r):
        self.r = r
        return r ** 2

    def back(self, upstream):
        return upstream * 2 * self.r


class Graph:
    def __init__(self):
        self.nodes = [Multiply(), Subtract(), Square()]

    def forward(self, x, y, w):
        multiply, subtract, square = self.nodes
        y_hat = multiply(x, w)
        r = subtract(y_hat, y)
        return [y_hat, r, square(r)]

    def backward(self):
        upstream = 1.0
        for node in reversed(self.nodes):
            upstream = node.back(upstream)
        return upstream


def forward(x, y, w):
    return Graph().forward(x, y, w)


def gradient(x, y, w):
    graph = Graph()
    graph.forward(x, y, w)
    return graph.backward()
