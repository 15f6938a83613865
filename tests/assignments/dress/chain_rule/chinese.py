# earns: full
# 链式法则：每条边一个局部导数，每条路径一个乘积
import numpy as np


def 前向(x, w1, b1, w2, b2):
    y1 = x * w1 + b1
    y2 = y1 * w2 + b2
    return y1, y2


def edges(x, w1, b1, w2, b2):
    y1, _ = 前向(x, w1, b1, w2, b2)
    到y1的边 = {"x": w1, "w1": x, "b1": 1}
    到y2的边 = {"y1": w2, "w2": y1, "b2": 1}
    return {"y1": 到y1的边, "y2": 到y2的边}


def paths(x, w1, b1, w2, b2):
    表 = edges(x, w1, b1, w2, b2)
    回传 = 表["y2"]["y1"]
    结果 = [回传 * 边 for 边 in 表["y1"].values()]
    return tuple(结果 + [表["y2"]["w2"], 表["y2"]["b2"]])


def gradient(x, t, w1, b1, w2, b2):
    y1, y2 = 前向(x, w1, b1, w2, b2)
    输出 = 1 / (1 + np.exp(-y2))
    误差 = 2 * (输出 - t) / x.size      # 平均
    误差 = 误差 * 输出 * (1 - 输出)      # 过 sigmoid
    return np.dot(误差, x) * w2, 误差.sum() * w2, np.dot(误差, y1), 误差.sum()


print("dy2/dw1 =", paths(1.0, 2.0, 1.0, 2.0, 1.0)[1])
