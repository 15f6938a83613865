# exercise: product_gradient; earns: nothing; ending: timeout; seconds: 0.7
# Prints without end.
def product_backward(x, w, upstream):
    while True:
        print("x" * 100_000)
