# names: M26
x_data = [1.0, 2.0, 3.0]
y_data = [2.0, 4.0, 6.0]
w = 1.0


def train(x, y, w_start, lr, epochs):
    w = 1.0
    ws, losses = [], []
    for epoch in range(100):
        for x_val, y_val in zip(x_data, y_data):
            losses.append((x_val * w - y_val) ** 2)
            w = w - 0.01 * 2 * x_val * (x_val * w - y_val)
            ws.append(w)
    return ws, losses
