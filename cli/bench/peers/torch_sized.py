"""A student's file of 20 ms of own work on tensors: 8 calls of 2.5 ms."""

import time

import torch

WORK = 0.0025


def product_backward(x, w, upstream):
    end = time.thread_time() + WORK
    weights = torch.ones(8, 8)
    while time.thread_time() < end:
        weights = weights * 0.5 + 1
    return w * upstream, x * upstream
