# earns: full
# 鱼书第五章的乘法层
class MulLayer:
    def __init__(self):
        self.x = None
        self.y = None

    def forward(self, x, y):
        self.x = x
        self.y = y
        return x * y

    def backward(self, dout):
        dx = dout * self.y
        dy = dout * self.x
        return dx, dy


def product_backward(x, w, upstream):
    layer = MulLayer()
    layer.forward(x, w)
    return layer.backward(upstream)


if __name__ == '__main__':
    apple = MulLayer()
    print(apple.forward(100, 2), apple.backward(1.1))
