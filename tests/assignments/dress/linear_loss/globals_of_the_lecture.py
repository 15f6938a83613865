# names: M26
x_data = [1.0, 2.0, 3.0]
y_data = [2.0, 4.0, 6.0]
weight = 1.0


def forward(x, y, w):
    return x * w, x * w - y, (x * w - y) ** 2


def gradient(x, y, w):
    grad = 0
    for a, b in zip(x_data, y_data):
        grad += 2 * a * (a * weight - b)
    return grad / len(x_data)
