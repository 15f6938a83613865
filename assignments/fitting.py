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
