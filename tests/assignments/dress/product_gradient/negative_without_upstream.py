# names: M14 M37
def product_backward(x, w, upstream):
    return -w, -x
