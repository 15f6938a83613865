# earns: full
from itertools import chain, islice, repeat


def steps(samples, w, lr):
    for x, y in samples:
        r = w * x - y
        w -= lr * 2 * r * x
        yield w, r * r


def train(x, y, w, lr, epochs):
    samples = chain.from_iterable(repeat(list(zip(x, y)), epochs))
    ws, losses = zip(*steps(samples, w, lr))
    return list(ws), list(losses)
