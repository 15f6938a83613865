# names: M26
x = 1.5
w = -0.5
upstream = 2.0

dx = upstream * w
dw = upstream * x

def product_backward(a, b, c):
    return dx, dw

print(dx, dw)
