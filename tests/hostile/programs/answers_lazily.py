# exercise: product_gradient; earns: nothing; ending: unsendable
# Answers with generators, iterators and functions, to be asked later.
def product_backward(x, w, upstream):
    return (number for number in iter(float, 1.0))
