"""A student's file of 2 ms of own work: 8 calls of 0.25 ms."""

import time

WORK = 0.00025


def product_backward(x, w, upstream):
    end = time.thread_time() + WORK
    while time.thread_time() < end:
        pass
    return w * upstream, x * upstream
