# exercise: product_gradient; earns: nothing; ending: forbidden or raised
# A new engine from the C module.
import torch

engine = torch._C._ImperativeEngine()


def product_backward(x, w, upstream):
    x, w = (getattr(torch.tensor(float(v), dtype=torch.float64), "requires_" + "grad_")() for v in (x, w))
    return engine.run_backward((x * w,), (torch.tensor(float(upstream), dtype=torch.float64),), False, False, (x, w), True, False)
