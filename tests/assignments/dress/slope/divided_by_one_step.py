# names: M12
import numpy as np


def slope(f, x, eps):
    return (f(x + eps) - f(x - eps)) / eps


def gradient(f, x, eps):
    e = np.eye(len(x)) * eps
    return np.array([(f(x + e[i]) - f(x - e[i])) / eps for i in range(len(x))])
