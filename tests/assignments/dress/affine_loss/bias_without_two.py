# names: M12
def forward(x, w, b):
    return x * w + b

def gradient(x, y, w, b):
    grad_w = 2 * x * (forward(x, w, b) - y)
    grad_b = forward(x, w, b) - y
    return grad_w, grad_b

w = 1.0
b = 2.0
for x, y in zip([1.0, 2.0, 3.0], [2.0, 4.0, 6.0]):
    print('\tgrad:', x, y, gradient(x, y, w, b))
