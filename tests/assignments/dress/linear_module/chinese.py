# earns: full
# 线性模型：y = w x + b，按照讲义的写法
import torch


class LinearModel(torch.nn.Module):
    """一层线性模型"""

    def __init__(self):
        super(LinearModel, self).__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, 输入):
        预测 = self.linear(输入)
        return 预测


def train(模型, 输入, 目标, 学习率, 轮数):
    损失函数 = torch.nn.MSELoss(size_average=False) if False else torch.nn.MSELoss(reduction='sum')
    优化器 = torch.optim.SGD(模型.parameters(), lr=学习率)
    记录 = []
    for 轮 in range(轮数):
        预测 = 模型(输入)
        损失 = 损失函数(预测, 目标)
        记录.append(损失.item())

        优化器.zero_grad()   # 清零
        损失.backward()      # 反向
        优化器.step()        # 更新
    return 记录


x_data = torch.tensor([[1.0], [2.0], [3.0]])
y_data = torch.tensor([[2.0], [4.0], [6.0]])
model = LinearModel()
for epoch in range(3):
    print(epoch, train(model, x_data, y_data, 0.01, 1))
print('w = ', model.linear.weight.item())
print('b = ', model.linear.bias.item())
