# exercise: product_gradient; earns: nothing; ending: forbidden or raised
# The functions behind torch.func, by the module that defines them.
import torch

functions = __import__("torch._functorch.eager_transforms", fromlist=["x"])


def product_backward(x, w, upstream):
    x, w = (torch.tensor(float(v), dtype=torch.float64) for v in (x, w))
    f = lambda x, w: x * w * float(upstream)
    one = torch.ones((), dtype=torch.float64)
    nil = torch.zeros((), dtype=torch.float64)
    derive = getattr(functions, "jv" + "p")
    return derive(f, (x, w), (one, nil))[1], derive(f, (x, w), (nil, one))[1]
