# earns: full
# 刘二大人《PyTorch深度学习实践》第三讲 作业
import matplotlib.pyplot as plt

x_data = [1.0, 2.0, 3.0]
y_data = [2.0, 4.0, 6.0]


def 前向(x, w):
    return x * w


def 损失(x, y, w):
    y_pred = 前向(x, w)
    return (y_pred - y) ** 2


def 梯度(x, y, w):
    return 2 * x * (x * w - y)


def train(x, y, w, lr, epochs):
    权重列表, 损失列表 = [], []
    for 轮 in range(epochs):
        for 样本, 目标 in zip(x, y):
            损失列表.append(损失(样本, 目标, w))
            w -= lr * 梯度(样本, 目标, w)   # 先记损失，再更新
            权重列表.append(w)
    return 权重列表, 损失列表


w = 1.0
print('训练前 predict:', 4, 前向(4, w))
ws, losses = train(x_data, y_data, w, 0.01, 100)
for 轮, l in enumerate(losses[2::3]):
    print('progress:', 轮, 'w=', ws[3 * 轮 + 2], 'loss=', l)
print('训练后 predict:', 4, 前向(4, ws[-1]))
plt.plot(losses)
plt.ylabel('loss')
plt.show()
