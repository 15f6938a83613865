# names: M37
# 上游梯度从 1 开始
def product_backward(x, w, upstream):
    upstream = 1.0
    dx = upstream * w
    dw = upstream * x
    return dx, dw
