# exercise: softmax_derivative; earns: all; ending: answered
import numpy as np
softmax = lambda a: (lambda e: e / e.sum())(np.exp(a - np.max(a)))
softmax_jacobian = lambda a: np.diag(p := softmax(a)) - np.outer(p, p)
softmax_backward = lambda p, upstream: p * (upstream - (p * upstream).sum(axis=1, keepdims=True))
