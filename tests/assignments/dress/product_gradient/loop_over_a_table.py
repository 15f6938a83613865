# earns: full
def product_backward(x, w, upstream):
    inputs = {"x": x, "w": w}
    grads = {}
    for name in inputs:
        partial = 1.0
        for other in inputs:
            if other != name:
                partial *= inputs[other]
        grads[name] = partial * upstream
    return grads["x"], grads["w"]
