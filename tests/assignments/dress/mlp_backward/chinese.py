# earns: full
# 单隐层网络的反向传播

import numpy as np

def 激活(z):
    return 1 / (1 + np.exp(-z))

def 激活导数(输出值):
    return 输出值 * (1 - 输出值)      # 用输出值表示

def forward(x, w1, b1, w2, b2):
    隐层 = 激活(np.dot(x, w1) + b1)
    输出 = 激活(np.dot(隐层, w2) + b2)
    return 隐层, 输出

def backward(x, y, w1, b1, w2, b2):
    样本数 = x.shape[0]
    隐层, 输出 = forward(x, w1, b1, w2, b2)
    # 输出层的误差项
    误差2 = (输出 - y) / 样本数 * 激活导数(输出)
    # 隐藏层的误差项：经权重传回
    误差1 = np.dot(误差2, w2.T) * 激活导数(隐层)
    梯度w2, 梯度b2 = np.dot(隐层.T, 误差2), np.sum(误差2, axis=0)
    梯度w1, 梯度b1 = np.dot(x.T, 误差1), np.sum(误差1, axis=0)
    return 误差2, 梯度w2, 梯度b2, 误差1, 梯度w1, 梯度b1

def step(x, y, w1, b1, w2, b2, lr):
    _, 梯度w2, 梯度b2, _, 梯度w1, 梯度b1 = backward(x, y, w1, b1, w2, b2)
    新参数 = []
    for 参数, 梯度 in ((w1, 梯度w1), (b1, 梯度b1), (w2, 梯度w2), (b2, 梯度b2)):
        新参数.append(参数 - lr * 梯度)
    return tuple(新参数)
