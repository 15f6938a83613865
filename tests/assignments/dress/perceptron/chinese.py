# earns: full
# 单输出感知机的梯度  学号 20260012
import numpy as np


def 激活(z):
    return 1.0 / (1.0 + np.exp(-z))


def gradient(x, w, y):
    加权和 = np.sum(x * w)
    输出 = 激活(加权和)
    误差 = 输出 - y
    # 链式法则：∂L/∂w = 2·误差·σ'·x
    return 2 * 误差 * 输出 * (1 - 输出) * x


# 简单训练一下，看看损失会不会下降
x = np.array([[1.0, 2.0]])
w = np.array([[0.1, -0.3]])
for 轮 in range(50):
    w = w - 0.5 * gradient(x, w, 1.0)
    print("第", 轮, "轮", 激活(x @ w.T))
