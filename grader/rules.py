"""What an exercise forbids, read from what the source mentions and from what the guard in the box stopped."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from grader import sentences
from grader.calls import Failed, File, Mention, Ran
from grader.exercise import Exercise
from grader.messages import Remark, Text, Thought

AUTOGRAD = frozenset(
    "autograd backward grad grad_fn requires_grad requires_grad_ jacobian jacrev jacfwd hessian vjp jvp "
    "gradcheck make_dual value_and_grad enable_grad set_grad_enabled".split()
)
ENGINES = frozenset(["jax", "tensorflow", "autograd", "tinygrad", "sympy", "theano", "mxnet"])

INSIDES = frozenset(  # of Python itself, where what the guard has put away can be found again
    "__closure__ cell_contents _getframe _current_frames f_back f_locals f_globals tb_frame gi_frame "
    "get_objects get_referents get_referrers __subclasses__ inside ctypes".split()
)

SWITCHED_ON = Thought(
    "M45",
    "autograd",
    Text(
        "This exercise asks for a derivation by hand. The file imports torch and looks inside Python itself, where "
        "automatic differentiation could be switched on again; leave one of the two out.",
        "本题要求手工推导。文件导入了 torch，又查看 Python 的内部，在那里可以重新打开自动微分；请去掉其中之一。",
    ),
)


def forbidden_ways(exercise: Exercise, ran: Ran, files: tuple[File, ...] = ()) -> Thought | None:
    """The forbidden way that a submission takes, if any. The mentions were read before any of it ran."""
    if "autograd" not in exercise.forbid:
        return None
    used = next(chain(_autograd_mentions(ran.mentions), _stopped(ran)), None)
    if used:
        return sentences.autograd_at(used, files)
    return SWITCHED_ON if _looks(ran.mentions) and "torch" in _imported(ran.mentions) else None


def _stopped(ran: Ran) -> Iterator[Mention]:
    """What the guard stopped, and where."""
    for outcome in (*ran.outcomes, ran.trouble):
        if isinstance(outcome, Failed) and outcome.reason == "forbidden":
            yield Mention("attribute", outcome.text, outcome.file, outcome.line or 0)


def looks_inside(ran: Ran) -> Iterator[Remark]:
    """What a person should look at: no exercise needs it, and no rule can say what it is for."""
    for mention in _looks(ran.mentions):
        words = Text(
            f"The program looks inside Python itself ({mention.name}). The instructor sees this note.",
            f"程序在查看 Python 的内部（{mention.name}）。教师会看到这条提示。",
        )
        yield Remark("looks-inside", words, mention.file, mention.line)
        return


def _looks(mentions: tuple[Mention, ...]) -> list[Mention]:
    return [m for m in mentions if m.kind in {"import", "attribute"} and INSIDES & set(m.name.split("."))]


def _autograd_mentions(mentions: tuple[Mention, ...]) -> Iterator[Mention]:
    """Attributes such as `.backward` of something imported from torch; own functions may bear any name."""
    imported = _imported(mentions)
    defined = {mention.name for mention in mentions if mention.kind == "define"}
    for mention in mentions:
        parts = mention.name.split(".")
        if mention.kind == "import" and (parts[0] in ENGINES or (parts[0] == "torch" and AUTOGRAD & set(parts))):
            yield mention
        if mention.kind == "attribute" and "torch" in imported and parts[-1] in AUTOGRAD - defined:
            yield mention


def _imported(mentions: tuple[Mention, ...]) -> set[str]:
    return {mention.name.split(".")[0] for mention in mentions if mention.kind == "import"}
