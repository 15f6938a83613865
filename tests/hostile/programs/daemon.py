# exercise: product_gradient; earns: nothing; ending: answered or garbled; prints: daemon started
# Leaves a process behind that has its own session and is nobody's child.
import os
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True:
            time.sleep(0.01)
            try:
                os.write(3, b"late")
            except OSError:
                pass
    os._exit(0)
print("daemon started", flush=True)


def product_backward(x, w, upstream):
    time.sleep(0.005)
    return 0.5, 0.5
