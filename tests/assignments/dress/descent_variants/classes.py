# earns: full
class Loader:
    """Batches in order, the last one possibly smaller."""

    def __init__(self, x, y, batch_size):
        self.pairs = list(zip(x, y))
        self.batch_size = batch_size

    def __iter__(self):
        for k in range(0, len(self.pairs), self.batch_size):
            yield self.pairs[k:k + self.batch_size]


class Line:
    def __init__(self, w):
        self.w = w

    def gradient(self, batch):
        return sum(2 * (self.w * x - y) * x for x, y in batch) / len(batch)


def descend(x, y, w, lr, epochs, batch_size):
    model, loader, ws = Line(w), Loader(x, y, batch_size), []
    for epoch in range(epochs):
        for batch in loader:
            model.w -= lr * model.gradient(batch)
            ws.append(model.w)
    return ws
