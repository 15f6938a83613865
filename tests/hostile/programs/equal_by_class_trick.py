# exercise: product_gradient; earns: nothing; ending: raised or unsendable or answered
# Claims to be a float without being one.
class Claim:
    @property
    def __class__(self):
        return float

    def __float__(self):
        return 0.5

    def hex(self):
        return (0.5).hex()


def product_backward(x, w, upstream):
    return Claim(), Claim()
