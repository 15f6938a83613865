# earns: full
def product_backward(x, w, upstream):
    dx = w * upstream
    dw = x * upstream
    return dx, dw


print(product_backward(1.5, -0.5, 2.0))
