# earns: full
# 第一题：乘积的梯度

def 局部导数(自变量, 权重):
    """f = x·w 对 x、w 的偏导数"""
    对x = 权重      # w 视为常数
    对w = 自变量    # x 视为常数
    return 对x, 对w


def product_backward(x, w, upstream):
    梯度 = []
    for 导数 in 局部导数(x, w):
        梯度.append(upstream * 导数)   # 链式法则：上游乘局部
    return 梯度


输出 = product_backward(1.5, -0.5, 2)
print("dx =", 输出[0], "，dw =", 输出[1])
