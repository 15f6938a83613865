# exercise: product_gradient; earns: nothing; ending: answered or crashed or timeout; seconds: 1
# A child kills its process group, in which a careless sandbox would have the supervisor.
import os
import signal

if os.fork() == 0:
    for number in (signal.SIGUSR1, signal.SIGTERM, signal.SIGKILL):
        os.kill(0, number)
os.wait()


def product_backward(x, w, upstream):
    return 0.5, 0.5
