# names: M12 M14
def forward(x, y, w):
    return x * w, x * w - y, (x * w - y) ** 2

def gradient(x, y, w):
    return (y - x * w) * x
