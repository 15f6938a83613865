# earns: full
import numpy as np


class Value:
    def __init__(self, data):
        self.data = np.float64(data)
        self.grad = 0.0
        self.op = None

    def __add__(self, other): return Add()(self, other)
    def __radd__(self, other): return Add()(other, self)
    def __mul__(self, other): return Mul()(self, other)
    def __rmul__(self, other): return Mul()(other, self)
    def __neg__(self): return Mul()(self, -1)
    def __sub__(self, other): return Add()(self, Mul()(other, -1))
    def __rsub__(self, other): return Add()(other, Mul()(self, -1))
    def __truediv__(self, other): return Mul()(self, Power(-1)(other))
    def __rtruediv__(self, other): return Mul()(other, Power(-1)(self))
    def __pow__(self, k): return Power(k)(self)
    def exp(self): return Exp()(self)
    def tanh(self): return Tanh()(self)
    def relu(self): return Relu()(self)

    def backward(self):
        order, done, todo = [], set(), [self]
        while todo:
            v = todo[-1]
            inputs = v.op.inputs if v.op else []
            missing = [u for u in inputs if id(u) not in done]
            if missing and id(v) not in done:
                todo.extend(missing)
                continue
            todo.pop()
            if id(v) not in done:
                done.add(id(v))
                order.append(v)
        self.grad = 1.0
        while order:
            v = order.pop()
            if v.op:
                for u, g in zip(v.op.inputs, v.op.backward(v.grad)):
                    u.grad = u.grad + g


class Op:
    def __call__(self, *inputs):
        self.inputs = [i if isinstance(i, Value) else Value(i) for i in inputs]
        self.x = [i.data for i in self.inputs]
        out = Value(self.forward(*self.x))
        self.y = out.data
        out.op = self
        return out


class Add(Op):
    def forward(self, a, b): return a + b
    def backward(self, g): return g, g


class Mul(Op):
    def forward(self, a, b): return a * b
    def backward(self, g): return g * self.x[1], g * self.x[0]


class Power(Op):
    def __init__(self, k): self.k = k
    def forward(self, a): return a ** self.k
    def backward(self, g): return [g * self.k * self.x[0] ** (self.k - 1)]


class Exp(Op):
    def forward(self, a): return np.exp(a)
    def backward(self, g): return [g * self.y]


class Tanh(Op):
    def forward(self, a): return np.tanh(a)
    def backward(self, g): return [g * (1 - self.y ** 2)]


class Relu(Op):
    def forward(self, a): return np.maximum(a, 0)
    def backward(self, g): return [g * (self.x[0] > 0)]
