# earns: full
def slope(f, x, eps):
    return (f(x + eps) - f(x - eps)) / (2 * eps)


def gradient(f, x, eps):
    grad = []
    for i in range(len(x)):
        plus = [float(v) for v in x]
        minus = [float(v) for v in x]
        plus[i] += eps
        minus[i] -= eps
        grad.append((f(plus) - f(minus)) / (2 * eps))
    return grad
