# names: M12
def forward(x, w1, w2, b):
    return w1 * x ** 2 + w2 * x + b


def gradient(x, y, w1, w2, b):
    grad_w1 = 2 * (forward(x, w1, w2, b) - y) * x ** 2
    grad_w2 = 2 * (forward(x, w1, w2, b) - y) * x
    grad_b = forward(x, w1, w2, b) - y
    return grad_w1, grad_w2, grad_b


x_data = [1.0, 2.0, 3.0]
y_data = [2.0, 4.0, 6.0]
w1, w2, b = 1.0, 1.0, 1.0
for epoch in range(100):
    for x, y in zip(x_data, y_data):
        g1, g2, g3 = gradient(x, y, w1, w2, b)
        w1, w2, b = w1 - 0.01 * g1, w2 - 0.01 * g2, b - 0.01 * g3
print('Predict after training', 4, forward(4, w1, w2, b))
