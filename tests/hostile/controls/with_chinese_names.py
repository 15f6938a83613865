# exercise: product_gradient; earns: all; ending: answered; prints: 结果
"""乘法结点的反向传播。

from torch 我学到了很多，不过这里用不着。
"""


def 局部导数(甲, 乙):
    """返回 ∂f/∂甲 和 ∂f/∂乙，其中 f = 甲 · 乙。"""
    return 乙, 甲


def product_backward(x, w, upstream):
    对x, 对w = 局部导数(x, w)
    结果 = (上游 := upstream) * 对x, 上游 * 对w
    print("结果", 结果)
    return 结果
