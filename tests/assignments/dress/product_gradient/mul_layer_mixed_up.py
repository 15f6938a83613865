# names: M35
class Mul:
    def forward(self, x, w):
        self.x, self.w = x, w
        return x * w

    def backward(self, dout):
        return dout * self.x, dout * self.w


def product_backward(x, w, upstream):
    node = Mul()
    node.forward(x, w)
    dx, dw = node.backward(upstream)
    return dx, dw
