# earns: full
# 作业 9：激活函数及其导数   姓名：王小明
import numpy as np


def sigmoid(a):
    """数值稳定的写法：分正负两种情况"""
    结果 = np.zeros_like(a)
    正 = a >= 0
    结果[正] = 1 / (1 + np.exp(-a[正]))
    指数 = np.exp(a[~正])
    结果[~正] = 指数 / (1 + 指数)
    return 结果


def tanh(a):
    return np.tanh(a)


def relu(a):
    结果 = a.copy()       # 不能改写输入
    结果[结果 < 0] = 0
    return 结果


def d_sigmoid(a):
    输出 = sigmoid(a)
    return 输出 * (1 - 输出)   # 用输出表示导数


def d_tanh(a):
    return 1 - tanh(a) ** 2


def d_relu(a):
    导数 = np.zeros_like(a)
    导数[a > 0] = 1
    return 导数


print("sigmoid(0) =", sigmoid(np.array([0.0])))
