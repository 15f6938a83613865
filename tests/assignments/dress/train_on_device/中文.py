# earns: full
import torch
from torch.nn import functional as F


def 设备(模型):
    """模型的参数在哪里，数据就搬到哪里。"""
    return next(模型.parameters()).device


def predict(model, x, batch):
    数据 = x.to(设备(model))
    with torch.no_grad():  # 不需要计算图
        结果 = [model(数据[起点:起点 + batch]).view(-1) for 起点 in range(0, 数据.shape[0], batch)]
    return torch.cat(结果)


def train(model, x, y, lr, epochs, batch):
    数据, 标签 = x.to(设备(model)), y.to(设备(model))
    样本数 = 数据.shape[0]
    各轮损失 = torch.zeros(epochs, dtype=数据.dtype, device=数据.device)
    for 轮 in range(epochs):
        for 起点 in range(0, 样本数, batch):
            一批, 一批标签 = 数据[起点:起点 + batch], 标签[起点:起点 + batch]
            损失 = F.binary_cross_entropy(model(一批).view(-1), 一批标签)
            model.zero_grad()
            损失.backward()
            with torch.no_grad():
                for 参数 in model.parameters():
                    参数 -= lr * 参数.grad
            各轮损失[轮] += 损失.detach() * 一批.shape[0] / 样本数
    return 各轮损失
