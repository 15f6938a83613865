# exercise: product_gradient; earns: nothing; ending: memory; seconds: 8
# Anonymous shared memory, which belongs to no heap.
import mmap


def product_backward(x, w, upstream):
    maps = []
    while True:
        maps.append(mmap.mmap(-1, 64 << 20))
        for page in range(0, 64 << 20, 4096):
            maps[-1][page] = 1
