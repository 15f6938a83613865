# exercise: product_gradient; earns: nothing; ending: timeout; seconds: 0.5
# Never ends, and lets no exception end it.
def product_backward(x, w, upstream):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
