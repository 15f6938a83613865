# names: M12
def gradient(x, y, w1, w2, b):
    loss = w1 * x ** 2 + w2 * x + b - y
    return loss * x ** 2, loss * x, loss
