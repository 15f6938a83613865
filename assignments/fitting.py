"""Training a module on a whole batch, as right and wrong programs do it: what the exercises on modules have in common."""

import torch

from grader.oracles import gradients


def fit(model, x, y, lr, epochs, *, loss, kept=(), frozen=()):
    """The loss of each epoch, before its update; the model's parameters are moved.

    kept: how the names of parameters begin whose gradients are never zeroed, "" for all; frozen: of those that never move.
    """
    losses = []
    for _ in range(epochs):
        found = loss(model(x), y)
        losses.append(found.item())
        for name, parameter in model.named_parameters():
            parameter.grad = parameter.grad if name.startswith(kept) else None
        found.backward()
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if not name.startswith(frozen):
                    parameter.sub_(lr * parameter.grad)
    return losses


def late(model, x, y, lr, epochs, *, loss):
    """As `fit`, with each loss taken after its update."""
    return [(fit(model, x, y, lr, 1, loss=loss), loss(model(x), y).item())[1] for _ in range(epochs)]


def single(numbers):
    """A tensor, or a dict of tensors, in float32."""
    return {name: single(part) for name, part in numbers.items()} if isinstance(numbers, dict) else numbers.float()


def by_steps(loss, parameters, lr, epochs):
    """(losses, parameters) of plain gradient descent on loss(*parameters), without any module or optimiser."""
    now, losses = [p.double() for p in parameters.values()], []
    for _ in range(epochs):
        losses.append(loss(*now))
        now = [p - lr * g for p, g in zip(now, gradients(loss, *now), strict=True)]
    return torch.stack(losses), dict(zip(parameters, now, strict=True))


def in_batches(x, batch):
    """The samples in order, `batch` at a time; the last part may be smaller."""
    return [x[start : start + batch] for start in range(0, len(x), batch)]


def over_samples(costs, sizes):
    """The mean over all samples of batches whose means and sizes these are."""
    return (costs * sizes).sum() / sizes.sum()


def by_batches(model, x, y, lr, epochs, batch, *, loss, mean=over_samples, kept=False, late=False):
    """The loss of each epoch, from those of its batches; the model's parameters are moved at each.

    kept: gradients are never zeroed; late: each loss is taken after its step.
    """
    parameters, losses = list(model.parameters()), []
    for _ in range(epochs):
        costs, sizes = [], torch.tensor([len(part) for part in in_batches(x, batch)])
        for part, labels in zip(in_batches(x, batch), in_batches(y, batch), strict=True):
            found = loss(model(part), labels)
            for parameter in parameters:
                parameter.grad = parameter.grad if kept else None
            found.backward()
            with torch.no_grad():
                for parameter in parameters:
                    parameter.sub_(lr * parameter.grad)
                costs.append(loss(model(part), labels) if late else found.detach())
        losses.append(mean(torch.stack(costs), sizes))
    return torch.stack(losses)
