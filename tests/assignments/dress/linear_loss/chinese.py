# earns: full
# 作业二  计算图逐节点求值与求导

def forward(x, y, w):
    预测 = x * w
    残差 = 预测 - y
    损失 = 残差 ** 2
    return 预测, 残差, 损失

def gradient(x, y, w):
    _, 残差, _ = forward(x, y, w)
    损失对残差 = 2 * 残差
    残差对预测 = 1
    预测对权重 = x
    return 损失对残差 * 残差对预测 * 预测对权重

print("前向：", forward(1.5, -0.2, 0.7))
print("梯度：", gradient(1.5, -0.2, 0.7))
