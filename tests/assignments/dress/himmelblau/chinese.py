# earns: full
# Himmelblau 函数：手工求导 + 手写 Adam
import math


def value(x):
    甲, 乙 = float(x[0]), float(x[1])
    return (甲 * 甲 + 乙 - 11) ** 2 + (甲 + 乙 * 乙 - 7) ** 2


def gradient(x):
    """两个平方项都含有两个变量"""
    甲, 乙 = float(x[0]), float(x[1])
    左 = 甲 * 甲 + 乙 - 11
    右 = 甲 + 乙 * 乙 - 7
    return [2 * 左 * 2 * 甲 + 2 * 右 * 1, 2 * 左 * 1 + 2 * 右 * 2 * 乙]


def minimise(x0, lr, steps):
    点 = [float(x0[0]), float(x0[1])]
    一阶, 二阶 = [0.0, 0.0], [0.0, 0.0]
    路径 = [list(点)]
    for 步 in range(1, steps + 1):
        梯度 = gradient(点)
        for i in range(2):
            一阶[i] = 0.9 * 一阶[i] + 0.1 * 梯度[i]
            二阶[i] = 0.999 * 二阶[i] + 0.001 * 梯度[i] ** 2
            修正一 = 一阶[i] / (1 - 0.9 ** 步)
            修正二 = 二阶[i] / (1 - 0.999 ** 步)
            点[i] -= lr * 修正一 / (math.sqrt(修正二) + 1e-8)
        路径.append(list(点))
    return 路径


print("起点的函数值:", value([0, 0]))
