# exercise: product_gradient; earns: nothing; ending: timeout; seconds: 0.5
# Begins a frame and never ends it.
import os
import signal
import struct

os.write(3, struct.pack("<4sIQ", b"CRF1", 1000, 0) + b"[")
signal.pause()


def product_backward(x, w, upstream):
    return 0.5, 0.5
