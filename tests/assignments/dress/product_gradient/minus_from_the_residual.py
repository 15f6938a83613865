# names: M14
def product_backward(x, w, upstream):
    # r = y - x*w, so dr/dx = -w
    dx = upstream * (-w)
    dw = upstream * (-x)
    return dx, dw
