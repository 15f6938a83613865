# earns: full
# 《深度学习入门：基于Python的理论与实现》 4.4.1
import numpy as np


def numerical_diff(f, x, h=1e-4):
    return (f(x + h) - f(x - h)) / (2 * h)


def slope(f, x, eps):
    return numerical_diff(f, x, eps)


def gradient(f, x, eps):
    x = x.astype(np.float64)      # 复制一份，同时变成浮点数
    h = eps
    grad = np.zeros_like(x)
    for idx in range(x.size):
        tmp_val = x[idx]
        # f(x+h)的计算
        x[idx] = tmp_val + h
        fxh1 = f(x)
        # f(x-h)的计算
        x[idx] = tmp_val - h
        fxh2 = f(x)
        grad[idx] = (fxh1 - fxh2) / (2 * h)
        x[idx] = tmp_val  # 还原值
    return grad
