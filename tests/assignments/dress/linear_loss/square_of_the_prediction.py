# names: M24 M24
# 损失写成了预测值的平方
def forward(x, y, w):
    y_hat = x * w
    return y_hat, y_hat, y_hat ** 2

def gradient(x, y, w):
    return 2 * (x * w) * x
