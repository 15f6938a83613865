# exercise: product_gradient; earns: nothing; ending: memory; seconds: 8
# A list that doubles.
def product_backward(x, w, upstream):
    many = [0.5] * 1000
    while True:
        many = many + many
