# earns: full
import numpy as np

# softmax 的导数：对角线与非对角线要分开讨论

def softmax(a):
    平移后 = a - np.max(a)              # 减去最大值，防止溢出
    指数 = np.exp(平移后)
    return 指数 / np.sum(指数)

def softmax_jacobian(a):
    概率 = softmax(a)
    类别数 = len(概率)
    雅可比 = np.zeros((类别数, 类别数))
    for 行 in range(类别数):
        for 列 in range(类别数):
            克罗内克 = 1 if 行 == 列 else 0
            雅可比[行, 列] = 概率[行] * (克罗内克 - 概率[列])
    return 雅可比

def softmax_backward(p, upstream):
    结果 = np.empty_like(upstream)
    for 样本 in range(len(p)):
        概率, 上游 = p[样本], upstream[样本]
        结果[样本] = 概率 * (上游 - 概率 @ 上游)
    return 结果
