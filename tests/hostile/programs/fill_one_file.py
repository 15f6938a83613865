# exercise: product_gradient; earns: nothing; ending: answered or crashed; prints: refused; seconds: 4
# A sparse file of a terabyte.
import os

if True:  # a bare loop would be left out
    for name, size in (("/tmp/sparse", 1 << 40),):
        descriptor = os.open(name, os.O_RDWR | os.O_CREAT)
        for grow in (lambda: os.truncate(name, size), lambda: os.posix_fallocate(descriptor, 0, size), lambda: os.pwrite(descriptor, b"x", size)):
            try:
                grow()
                print("LEAK: a terabyte")
            except OSError as error:
                print("refused", error)


def product_backward(x, w, upstream):
    return 0.5, 0.5
