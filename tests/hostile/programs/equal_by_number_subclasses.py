# exercise: product_gradient; earns: nothing; ending: answered or raised or unsendable
# float, int, str and tuple that say one thing to the box and another to the wire.
class Float(float):
    def __eq__(self, other):
        return True

    def hex(self):
        return "nan"

    def __float__(self):
        return 0.25


class Int(int):
    def __int__(self):
        return 7

    def __repr__(self):
        return "true"


class Text(str):
    def __str__(self):
        return "0.5"


class Pair(tuple):
    def __iter__(self):
        return iter((Float(0.5), Int(3)))

    def __len__(self):
        return 2


def product_backward(x, w, upstream):
    return Pair((Text("a"), Text("b")))
