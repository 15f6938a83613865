# exercise: product_gradient; earns: nothing; ending: answered
# Gives back what it was given.
def product_backward(*arguments):
    return arguments[0], arguments[1]
