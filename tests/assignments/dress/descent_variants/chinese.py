# earns: full
# 三种梯度下降（批量 / 小批量 / 随机）
import math
import numpy as np
import matplotlib.pyplot as plt


def 代价(xs, ys, w):
    return np.mean((xs * w - ys) ** 2)


def 梯度(xs, ys, w):
    return np.sum(2 * xs * (xs * w - ys)) / len(xs)


def descend(x, y, w, lr, epochs, batch_size):
    批数 = math.ceil(len(x) / batch_size)
    权重 = np.zeros(epochs * 批数)
    for 步 in range(epochs * 批数):
        头 = 步 % 批数 * batch_size
        尾 = min(头 + batch_size, len(x))
        w = w - lr * 梯度(x[头:尾], y[头:尾], w)
        权重[步] = w
    return 权重


x_data = np.array([1.0, 2.0, 3.0])
y_data = np.array([2.0, 4.0, 6.0])
ws = descend(x_data, y_data, 1.0, 0.01, 100, 3)
print('训练后', 4, ws[-1] * 4)
plt.plot([代价(x_data, y_data, w) for w in ws])
plt.show()
