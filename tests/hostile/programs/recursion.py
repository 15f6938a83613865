# exercise: product_gradient; earns: nothing; ending: raised
# Calls itself.
def product_backward(x, w, upstream):
    return product_backward(x, w, upstream)
