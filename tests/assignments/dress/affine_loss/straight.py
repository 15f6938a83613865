# earns: full
def gradient(x, y, w, b):
    r = w*x + b - y
    return 2*r*x, 2*r


print(gradient(1.5, -0.2, 0.7, 0.3))
