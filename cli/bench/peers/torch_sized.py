"""A student's file of 20 ms of own work on tensors, shared by its calls."""

import time

import torch

CALLS = 8
WORK = 0.02 / CALLS


def product_backward(x, w, upstream):
    end = time.thread_time() + WORK
    weights = torch.ones(8, 8)
    while time.thread_time() < end:
        weights = weights * 0.5 + 1
    return w * upstream, x * upstream
