# exercise: softmax_derivative; earns: all; ending: answered
"""This is numpy only. What one would do instead:

import torch
from torch import autograd

but it is not needed, and not allowed.
"""
import numpy as np


def softmax(a):
    e = np.exp(a.copy() - a.max(axis=0, keepdims=True))
    return e / e.sum()


def softmax_jacobian(a):
    p = softmax(a)
    return np.einsum("ij,j->ij", np.eye(len(p)), p) - p[:, None] * p[None, :]


def softmax_backward(p, upstream):
    p = p.copy()
    return p * (upstream - np.einsum("ij,ij->i", p, upstream)[:, np.newaxis])
