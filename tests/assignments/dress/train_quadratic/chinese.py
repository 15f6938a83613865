# earns: full
import numpy as np

# 随机梯度下降训练二次模型，每个样本更新一次

def 前向(样本, 参数):
    return 参数[0] * 样本 ** 2 + 参数[1] * 样本 + 参数[2]

def 梯度(样本, 残差):
    return 2 * 残差 * np.array([样本 ** 2, 样本, 1.0])

def train(x, y, w1, w2, b, lr, epochs):
    参数 = np.array([w1, w2, b], dtype=float)
    参数记录, 损失记录 = [], []
    for 轮次 in range(epochs):
        for 样本, 目标 in zip(x, y):
            残差 = 前向(样本, 参数) - 目标
            损失记录.append(残差 ** 2)             # 更新之前的损失
            参数 = 参数 - lr * 梯度(样本, 残差)    # 不要写成 -=，否则记录里全是同一个数组
            参数记录.append(参数)
    return np.array(参数记录), np.array(损失记录)


结果 = train([1.0, 2.0, 3.0], [2.0, 4.0, 6.0], 1.0, 1.0, 1.0, 0.01, 100)
print("训练之后的参数：", 结果[0][-1])
