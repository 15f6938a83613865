# earns: full
import torch


def sigmoid(a):
    return torch.sigmoid(a)

def tanh(a):
    return torch.tanh(a)

def relu(a):
    return torch.clamp(a, min=0)

def d_sigmoid(a):
    return sigmoid(a) * (1.0 - sigmoid(a))

def d_tanh(a):
    t = tanh(a)
    return 1.0 - t * t

def d_relu(a):
    return (a >= 0).to(a.dtype)   # 1 at the kink
