# 正确，但没有减去最大值：logits 很大时溢出（M06）。文件是 GBK 编码，CRLF 换行。
import numpy as np


def softmax(a):
    """计算 softmax 概率"""
    e = np.exp(a)
    return e / np.sum(e)


def softmax_jacobian(a):
    """雅可比矩阵：对角线上是 p_i(1-p_i)，其余是 -p_i*p_j"""
    p = softmax(a)
    n = len(p)
    jacobian = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            if i == j:
                jacobian[i][j] = p[i] * (1 - p[i])
            else:
                jacobian[i][j] = -p[i] * p[j]
    return jacobian


def softmax_backward(p, upstream):
    """每个样本单独计算"""
    result = []
    for k in range(len(p)):
        s = np.sum(p[k] * upstream[k])
        result.append(p[k] * (upstream[k] - s))
    return np.array(result)


x = np.array([1.0, 2.0, 3.0])
print("概率：", softmax(x))
print("导数：", softmax_jacobian(x))
