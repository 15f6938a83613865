# earns: full
# 多输出感知机：每个输出一行权重
import numpy as np

def gradient(x, w, y):
    和 = np.einsum("ni,ji->nj", x, w)
    输出 = 1 / (1 + np.exp(-和))
    个数 = w.shape[0]          # 输出的个数 m，平均是对它取的
    误差信号 = (输出 - y) * 输出 * (1 - 输出) * 2 / 个数
    return np.einsum("nj,ni->ji", 误差信号, x)
