# earns: full
import numpy as np
import matplotlib.pyplot as plt


class Activation:
    def __init__(self, value, slope):
        self.value = value
        self.slope = slope

    def plot(self, xs):
        plt.plot(xs, self.value(xs), label="value")
        plt.plot(xs, self.slope(xs), label="slope")
        plt.legend()
        plt.show()


def _sig(x):
    with np.errstate(over="ignore"):
        return 1.0 / (1.0 + np.exp(-x))     # exp(1000) = inf, 1 / inf = 0: right


SIGMOID = Activation(_sig, lambda x: _sig(x) * (1 - _sig(x)))
TANH = Activation(lambda x: 2 * _sig(2 * x) - 1, lambda x: 4 * _sig(2 * x) * _sig(-2 * x))
RELU = Activation(lambda x: x * (x > 0), lambda x: np.heaviside(x, 0.5))

sigmoid, d_sigmoid = SIGMOID.value, SIGMOID.slope
tanh, d_tanh = TANH.value, TANH.slope
relu, d_relu = RELU.value, RELU.slope

for activation in (SIGMOID, TANH, RELU):
    activation.plot(np.linspace(-4, 4, 200))
