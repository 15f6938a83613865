# exercise: product_gradient; earns: nothing; ending: timeout; seconds: 0.7
# Complains without end, in threads and without the interpreter's help.
import os
import threading


def flood():
    while True:
        os.write(2, b"\x1b[31m\xff\x00" * 10_000)


def product_backward(x, w, upstream):
    threading.Thread(target=flood, daemon=True).start()
    flood()
