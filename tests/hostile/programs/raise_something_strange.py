# exercise: product_gradient; earns: nothing; ending: raised or crashed or unsendable
# Exceptions whose text, type and place are traps of their own.
class FrameError(BaseException):
    def __str__(self):
        raise SystemExit(0)

    __repr__ = __str__

    @property
    def __traceback__(self):
        raise KeyboardInterrupt


def product_backward(x, w, upstream):
    raise FrameError
