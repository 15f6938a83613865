# names: M34
# loss = (w1*x^2 + w2*x - y)^2 见课件
def gradient(x, y, w1, w2, b):
    t = w1 * x ** 2 + w2 * x - y
    return 2 * t * x ** 2, 2 * t * x, 2 * t
