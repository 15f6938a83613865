# earns: full
# 自动微分小引擎：先拓扑排序，再反向累加
import math


def 包装(数):
    return 数 if isinstance(数, Value) else Value(数)


class Value:
    def __init__(self, data, 来源=()):
        self.data = data
        self.grad = 0.0
        self.来源 = 来源            # 每一项是 (输入, 局部导数)

    def __add__(self, 另一个):
        另一个 = 包装(另一个)
        return Value(self.data + 另一个.data, [(self, 1), (另一个, 1)])

    def __mul__(self, 另一个):
        另一个 = 包装(另一个)
        return Value(self.data * 另一个.data, [(self, 另一个.data), (另一个, self.data)])

    def __pow__(self, 指数):
        return Value(self.data ** 指数, [(self, 指数 * self.data ** (指数 - 1))])

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self):
        return self * -1

    def __sub__(self, 另一个):
        return self + -包装(另一个)

    def __rsub__(self, 另一个):
        return 包装(另一个) + -self

    def __truediv__(self, 另一个):
        return self * 包装(另一个) ** -1

    def __rtruediv__(self, 另一个):
        return 包装(另一个) * self ** -1

    def exp(self):
        值 = math.exp(self.data)
        return Value(值, [(self, 值)])

    def tanh(self):
        值 = math.tanh(self.data)
        return Value(值, [(self, 1 - 值 ** 2)])

    def relu(self):
        通过 = self.data > 0
        return Value(self.data if 通过 else 0, [(self, 1 if 通过 else 0)])

    def backward(self):
        次序, 见过, 栈 = [], set(), [(self, False)]
        while 栈:
            节点, 输入已排好 = 栈.pop()
            if 输入已排好:
                次序.append(节点)
            elif id(节点) not in 见过:
                见过.add(id(节点))
                栈.append((节点, True))
                栈.extend((输入, False) for 输入, _ in 节点.来源)
        for 节点 in 次序:
            节点.grad = 0.0
        self.grad = 1.0
        for 节点 in reversed(次序):
            for 输入, 局部导数 in 节点.来源:
                输入.grad += 局部导数 * 节点.grad
