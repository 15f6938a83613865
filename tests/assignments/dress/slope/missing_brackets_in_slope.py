# names: M31
import numpy as np

def slope(f, x, eps):
    return (f(x+eps)-f(x-eps))/2*eps

def gradient(f, x, eps):
    g = []
    for i in range(len(x)):
        e = np.zeros(len(x)); e[i] = eps
        g.append((f(x+e)-f(x-e))/(2*eps))
    return np.array(g)
