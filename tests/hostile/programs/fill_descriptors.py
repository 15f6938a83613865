# exercise: product_gradient; earns: nothing; ending: answered or raised; prints: descriptors
# Opens descriptors and pipes without end, and fills the pipes.
import os

count = 0
try:
    while count < 100_000:
        _, end = os.pipe()
        os.set_blocking(end, False)
        os.write(end, b"x" * 65536)
        count += 2
    print("LEAK: no limit of descriptors")
except OSError:
    print(count, "descriptors")


def product_backward(x, w, upstream):
    return 0.5, 0.5
