# exercise: product_gradient; earns: nothing; ending: timeout; seconds: 0.5
# Ignores every signal that can be ignored.
import signal
import time

if True:  # a bare loop would be left out
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))


def product_backward(x, w, upstream):
    while True:
        time.sleep(1)
