# earns: full
# 作业三：一元线性模型的梯度    姓名：李华

import numpy as np

def 预测(x, 权重, 偏置):
    return x * 权重 + 偏置

def 残差(x, y, 权重, 偏置):
    return 预测(x, 权重, 偏置) - y      # 预测值减目标值

def gradient(x, y, w, b):
    r = 残差(x, y, w, b)
    局部导数 = np.array([x, 1.0])        # ŷ 对 w、b 的偏导
    return 2 * r * 局部导数              # 链式法则


if __name__ == '__main__':
    print("梯度：", gradient(1.5, -0.2, 0.7, 0.3))
