# names: M39
def train(x, y, w, lr, epochs):
    w_list, loss_list = [], []
    for epoch in range(epochs):
        for xi, yi in zip(x, y):
            w_list.append(w)
            loss_list.append((xi * w - yi) ** 2)
            w -= lr * 2 * xi * (xi * w - yi)
    return w_list, loss_list
