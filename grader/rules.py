"""What an exercise forbids, read from what the source mentions and from what the guard in the box stopped."""

from __future__ import annotations

from collections.abc import Iterator

from grader import sentences
from grader.calls import Failed, File, Mention, Ran
from grader.exercise import Exercise
from grader.messages import Thought

AUTOGRAD = frozenset(
    "autograd backward grad grad_fn requires_grad requires_grad_ jacobian jacrev jacfwd hessian vjp jvp "
    "gradcheck make_dual value_and_grad enable_grad set_grad_enabled".split()
)
ENGINES = frozenset(["jax", "tensorflow", "autograd", "tinygrad", "sympy", "theano", "mxnet"])


def forbidden_ways(exercise: Exercise, ran: Ran, files: tuple[File, ...] = ()) -> Thought | None:
    """The forbidden way that a submission takes, if any. The mentions were read before any of it ran."""
    if "autograd" not in exercise.forbid:
        return None
    if any(isinstance(o, Failed) and o.reason == "forbidden" for o in (*ran.outcomes, ran.trouble)):
        return sentences.AUTOGRAD
    used = next(_autograd_mentions(ran.mentions), None)
    return sentences.autograd_at(used, files) if used else None


def _autograd_mentions(mentions: tuple[Mention, ...]) -> Iterator[Mention]:
    """Attributes such as `.backward` of something imported from torch; own functions may bear any name."""
    imported = {mention.name.split(".")[0] for mention in mentions if mention.kind == "import"}
    defined = {mention.name for mention in mentions if mention.kind == "define"}
    for mention in mentions:
        parts = mention.name.split(".")
        if mention.kind == "import" and (parts[0] in ENGINES or (parts[0] == "torch" and AUTOGRAD & set(parts))):
            yield mention
        if mention.kind == "attribute" and "torch" in imported and parts[-1] in AUTOGRAD - defined:
            yield mention
