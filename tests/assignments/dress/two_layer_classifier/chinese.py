# earns: full
# 两层分类器：4 个输入，10 个隐藏单元，1 个输出
import torch
import torch.nn as nn


class LinearNet(nn.Module):
    """隐藏层和输出层之后都用 sigmoid"""

    def __init__(self):
        super(LinearNet, self).__init__()
        self.hidden = nn.Linear(4, 10)
        self.output = nn.Linear(10, 1)
        self.激活 = nn.Sigmoid()

    def forward(self, 输入):
        隐藏 = self.激活(self.hidden(输入))
        概率 = self.激活(self.output(隐藏))
        return 概率


def bce(概率, 标签):
    损失函数 = nn.BCELoss(reduction='mean')
    return 损失函数(概率, 标签)


def train(模型, 数据, 标签, 学习率, 轮数):
    优化器 = torch.optim.SGD(模型.parameters(), lr=学习率)
    历史 = []
    标签 = 标签.view(-1, 1)      # 行变成列
    for 轮 in range(轮数):
        损失 = bce(模型(数据), 标签)
        历史.append(float(损失))
        优化器.zero_grad()
        损失.backward()
        优化器.step()
    return 历史


if __name__ == '__main__':
    print(LinearNet())
