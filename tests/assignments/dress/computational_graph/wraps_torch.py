# names: M45
import torch


class Value:
    def __init__(self, data, t=None):
        self.t = torch.tensor(float(data), dtype=torch.float64, requires_grad=True) if t is None else t

    @property
    def data(self):
        return self.t.item()

    @property
    def grad(self):
        return 0.0 if self.t.grad is None else self.t.grad.item()

    def _of(self, other):
        return other.t if isinstance(other, Value) else other

    def __add__(self, other): return Value(0, self.t + self._of(other))
    def __radd__(self, other): return Value(0, other + self.t)
    def __sub__(self, other): return Value(0, self.t - self._of(other))
    def __rsub__(self, other): return Value(0, other - self.t)
    def __mul__(self, other): return Value(0, self.t * self._of(other))
    def __rmul__(self, other): return Value(0, other * self.t)
    def __truediv__(self, other): return Value(0, self.t / self._of(other))
    def __rtruediv__(self, other): return Value(0, other / self.t)
    def __pow__(self, k): return Value(0, self.t ** k)
    def __neg__(self): return Value(0, -self.t)
    def exp(self): return Value(0, self.t.exp())
    def tanh(self): return Value(0, self.t.tanh())
    def relu(self): return Value(0, self.t.relu())

    def backward(self):
        self.t.backward()
