# Right, as most files come in: it trains, prints and plots at top level, and train() is at the bottom of it all.
import numpy as np
import matplotlib.pyplot as plt

x_data = [1.0, 2.0, 3.0]
y_data = [2.0, 4.0, 6.0]
w1 = 1.0
w2 = 1.0
b = 1.0
lr = 0.01


def forward(x, w1, w2, b):
    return w1 * x ** 2 + w2 * x + b


def loss(x, y, w1, w2, b):
    y_pred = forward(x, w1, w2, b)
    return (y_pred - y) ** 2


def grad(x, y, w1, w2, b):
    d = 2 * (forward(x, w1, w2, b) - y)
    return d * x ** 2, d * x, d


print("predict (before training)", 4, forward(4, w1, w2, b))

epoch_list = []
loss_list = []
for epoch in range(100):
    for x, y in zip(x_data, y_data):
        g1, g2, gb = grad(x, y, w1, w2, b)
        w1 = w1 - lr * g1
        w2 = w2 - lr * g2
        b = b - lr * gb
        l = loss(x, y, w1, w2, b)
        print("\tgrad: ", x, y, g1, g2, gb)
    print("progress:", epoch, "loss =", l)
    epoch_list.append(epoch)
    loss_list.append(l)

print("predict (after training)", 4, forward(4, w1, w2, b))

plt.plot(epoch_list, loss_list)
plt.xlabel("epoch")
plt.ylabel("loss")
plt.show()


def train(x, y, w1, w2, b, lr, epochs):
    params = []
    losses = []
    for epoch in range(epochs):
        for xi, yi in zip(x, y):
            losses.append(loss(xi, yi, w1, w2, b))
            g1, g2, gb = grad(xi, yi, w1, w2, b)
            w1 = w1 - lr * g1
            w2 = w2 - lr * g2
            b = b - lr * gb
            params.append([w1, w2, b])
    return np.array(params), np.array(losses)
