# exercise: product_gradient; earns: nothing; ending: answered or raised or crashed; prints: nothing shared
# Shared memory by file descriptors and by names.
import torch

if True:  # a bare loop would be left out
    for strategy in ("file_descriptor", "file_system"):
        try:
            torch.multiprocessing.set_sharing_strategy(strategy)
            torch.ones(4).share_memory_()
            print("LEAK: shared by", strategy)
        except Exception as error:
            print(type(error).__name__)
print("nothing shared")


def product_backward(x, w, upstream):
    return 0.5, 0.5
