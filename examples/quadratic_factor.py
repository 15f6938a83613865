# Wrong: the factor 2 of the square is missing in the gradient of b only (M12).


def forward(x, w1, w2, b):
    return w1 * x ** 2 + w2 * x + b


def gradient(x, y, w1, w2, b):
    y_pred = forward(x, w1, w2, b)
    grad_w1 = 2 * (y_pred - y) * x ** 2
    grad_w2 = 2 * (y_pred - y) * x
    grad_b = (y_pred - y)
    return grad_w1, grad_w2, grad_b


print("gradient at x=1, y=2:", gradient(1.0, 2.0, 1.0, 1.0, 1.0))
