# earns: full
# 第十题  用 torch 求均方误差的梯度
import torch

def 均方误差(x, y, w):
    预测 = torch.mv(x, w)
    return torch.mean(torch.pow(预测 - y, 2))

def by_grad(x, y, w):
    w.requires_grad = True
    损失 = 均方误差(x, y, w)
    梯度, = torch.autograd.grad(损失, (w,))
    return 梯度

def by_backward(x, y, w):
    w.requires_grad = True
    均方误差(x, y, w).backward()
    梯度 = w.grad.clone()   # 先复制一份
    w.grad.zero_()          # 再清零，下次就不会累加
    return 梯度

print(by_grad(torch.ones(1, 1), torch.ones(1), torch.full([1], 2.)))
