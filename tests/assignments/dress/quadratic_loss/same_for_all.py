# names: M33
def gradient(x, y, w1, w2, b):
    # 三个参数共用一条路
    d = 2 * (w1 * x ** 2 + w2 * x + b - y)
    return d, d, d
