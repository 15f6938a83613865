"""A student's file of 2 ms of own work, shared by its calls."""

import time

CALLS = 8
WORK = 0.002 / CALLS


def product_backward(x, w, upstream):
    end = time.thread_time() + WORK
    while time.thread_time() < end:
        pass
    return w * upstream, x * upstream
