# earns: full
# every value has a number; going back means counting down
import heapq
import itertools
import math

clock = itertools.count()


class Value:
    def __init__(self, data, inputs=(), slopes=()):
        self.data, self.grad = data, 0.0
        self.inputs, self.slopes = inputs, slopes
        self.time = next(clock)

    def __add__(self, o):
        return binary(lambda a, b: a + b, lambda a, b: (1, 1), self, o)

    def __radd__(self, o):
        return binary(lambda a, b: a + b, lambda a, b: (1, 1), o, self)

    def __sub__(self, o):
        return binary(lambda a, b: a - b, lambda a, b: (1, -1), self, o)

    def __rsub__(self, o):
        return binary(lambda a, b: a - b, lambda a, b: (1, -1), o, self)

    def __mul__(self, o):
        return binary(lambda a, b: a * b, lambda a, b: (b, a), self, o)

    def __rmul__(self, o):
        return binary(lambda a, b: a * b, lambda a, b: (b, a), o, self)

    def __truediv__(self, o):
        return binary(lambda a, b: a / b, lambda a, b: (1 / b, -a / b / b), self, o)

    def __rtruediv__(self, o):
        return binary(lambda a, b: a / b, lambda a, b: (1 / b, -a / b / b), o, self)

    def __pow__(self, k):
        return Value(self.data ** k, (self,), (k * self.data ** (k - 1),))

    def __neg__(self):
        return Value(-self.data, (self,), (-1,))

    def exp(self):
        y = math.exp(self.data)
        return Value(y, (self,), (y,))

    def tanh(self):
        y = math.tanh(self.data)
        return Value(y, (self,), ((1 - y) * (1 + y),))

    def relu(self):
        return Value(self.data * (self.data > 0), (self,), (int(self.data > 0),))

    def backward(self):
        self.grad = 1.0
        heap, seen = [(-self.time, self)], {self.time}
        while heap:
            _, v = heapq.heappop(heap)
            for u, slope in zip(v.inputs, v.slopes):
                u.grad += slope * v.grad
                if u.time not in seen:
                    seen.add(u.time)
                    heapq.heappush(heap, (-u.time, u))


def binary(f, slopes, a, b):
    a, b = (v if isinstance(v, Value) else Value(v) for v in (a, b))
    return Value(f(a.data, b.data), (a, b), slopes(a.data, b.data))
