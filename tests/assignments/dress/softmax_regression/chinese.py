# earns: full
# Softmax 回归：模型只给出 logits，softmax 放在损失函数里
import torch
from torch import nn


class SoftmaxNet(nn.Module):
    """一个线性层"""

    def __init__(self, 输入维数, 类别数):
        super(SoftmaxNet, self).__init__()
        self.linear = nn.Linear(输入维数, 类别数)

    def forward(self, 数据):
        return self.linear(数据)


def cross_entropy(分数, 标签):
    # 先减去每行的最大值，避免溢出
    损失 = 0
    for 行, 类别 in zip(分数, 标签):
        最大 = 行.max()
        损失 = 损失 + 最大 + torch.log(torch.exp(行 - 最大).sum()) - 行[类别]
    return 损失 / len(标签)


def train(模型, 数据, 标签, 学习率, 轮数):
    优化器 = torch.optim.SGD(模型.parameters(), lr=学习率)
    记录 = []
    for 轮 in range(轮数):
        损失 = cross_entropy(模型(数据), 标签)
        优化器.zero_grad()
        损失.backward()
        优化器.step()
        记录.append(损失.item())
        print(f'第 {轮} 轮, 损失 {损失.item():.4f}')
    return 记录
