# earns: full
# multiplied out, then every term by itself
def gradient(x, y, w1, w2, b):
    dw1 = 2 * w1 * x ** 4 + 2 * w2 * x ** 3 + 2 * b * x ** 2 - 2 * y * x ** 2
    dw2 = 2 * w1 * x ** 3 + 2 * w2 * x ** 2 + 2 * b * x - 2 * y * x
    db = 2 * w1 * x ** 2 + 2 * w2 * x + 2 * b - 2 * y
    return [dw1, dw2, db]


assert abs(gradient(1.5, -0.2, 0.7, -0.4, 0.3)[0] - 6.6375) < 1e-9
