# earns: full
# 数值微分（中心差分）
import numpy as np


def 中心差分(函数, 右, 左, 步长):
    return (函数(右) - 函数(左)) / (2 * 步长)


def slope(f, x, eps):
    return 中心差分(f, x + eps, x - eps, eps)


def gradient(f, x, eps):
    梯度 = np.zeros(len(x), dtype=np.float64)
    for 下标 in range(len(x)):
        右, 左 = np.array(x, dtype=np.float64), np.array(x, dtype=np.float64)
        右[下标] += eps
        左[下标] -= eps
        梯度[下标] = 中心差分(f, 右, 左, eps)
    return 梯度


print(slope(lambda w: w ** 2, 3, 1e-4))  # 应为 6
