# exercise: product_gradient; earns: nothing; ending: unsendable or raised
# A list that contains itself.
def product_backward(x, w, upstream):
    pair = [0.5]
    pair.append(pair)
    return pair
