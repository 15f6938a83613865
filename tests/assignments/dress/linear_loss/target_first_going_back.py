# names: M14
import numpy as np

def forward(x, y, w):
    y_hat = np.multiply(x, w)
    return y_hat, y_hat - y, np.power(y_hat - y, 2)

def gradient(x, y, w):
    error = y - x * w
    return 2 * x * error
