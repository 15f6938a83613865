# names: M31
def slope(f, x, eps):
    return (f(x) - f(x - eps)) / eps


def gradient(f, x, eps):
    out = []
    for i in range(len(x)):
        a = [float(v) for v in x]
        b = list(a)
        a[i] = a[i] + eps
        b[i] = b[i] - eps
        out.append((f(a) - f(b)) / (2 * eps))
    return out
