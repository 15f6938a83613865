# earns: full
# 作业：二次模型 y = w1*x^2 + w2*x + b 的梯度

def 预测(x, w1, w2, b):
    return w1 * x ** 2 + w2 * x + b

def gradient(x, y, w1, w2, b):
    公共因子 = 2 * (预测(x, w1, w2, b) - y)    # 从损失传到 ŷ
    末端因子 = (x ** 2, x, 1)                  # ŷ 对三个参数的偏导
    结果 = []
    for 因子 in 末端因子:
        结果.append(公共因子 * 因子)
    return tuple(结果)

梯度 = gradient(1.5, -0.2, 0.7, -0.4, 0.3)
print('w1 的梯度 %.4f，w2 的梯度 %.4f，b 的梯度 %.4f' % 梯度)
