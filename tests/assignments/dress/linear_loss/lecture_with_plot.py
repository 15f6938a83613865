# earns: full
import numpy as np
import matplotlib.pyplot as plt

x_data = [1.0, 2.0, 3.0]
y_data = [2.0, 4.0, 6.0]


def predict(x, w):
    return x * w


def forward(x, y, w):
    y_pred = predict(x, w)
    return y_pred, y_pred - y, (y_pred - y) * (y_pred - y)


def gradient(x, y, w):
    return 2 * x * (x * w - y)


w_list = []
mse_list = []
for w in np.arange(0.0, 4.1, 0.1):
    l_sum = 0
    for x_val, y_val in zip(x_data, y_data):
        l_sum += forward(x_val, y_val, w)[2]
    w_list.append(w)
    mse_list.append(l_sum / 3)

plt.plot(w_list, mse_list)
plt.ylabel('Loss')
plt.xlabel('w')
plt.show()
