"""One submission in as many boxes as its checks have devices: first on the CPU, then in one that has the GPU."""

from __future__ import annotations

from dataclasses import replace

from grader.asking import ask
from grader.calls import Failed, Outcome, Ran, Request, Run, Seconds
from grader.exercise import Exercise, Planned
from grader.messages import Job


def run_everywhere(job: Job, exercise: Exercise, plan: tuple[Planned, ...], run: Run) -> Ran:
    """The outcomes of all calls, in the order of asking. Raises DeviceLost, and whatever `run` raises.

    A file that cannot be loaded on the CPU asks for no device.
    """
    ran = run(ask(job, exercise, plan))
    there = ask(job, exercise, plan, "gpu")
    if ran.trouble or not there.calls:
        return ran
    return together(ran, run(there), there)


def together(ran: Ran, there: Ran, asked: Request) -> Ran:
    """Both as one. What the file prints while it is loaded was printed on the CPU already, and is shown once."""
    return replace(
        ran,
        outcomes=(*ran.outcomes, *_outcomes(there, asked)),
        notes=(*ran.notes, *(note for note in there.notes if note not in ran.notes)),
        seconds=Seconds(*(getattr(ran.seconds, n) + getattr(there.seconds, n) for n in ("wall", "cpu", "box"))),
        each=(*ran.each, *there.each),
    )


def _outcomes(there: Ran, asked: Request) -> tuple[Outcome, ...]:
    """Where the file could be loaded on the CPU only, that is the outcome of every call on the device."""
    if not there.trouble:
        return there.outcomes
    trouble = there.trouble
    return tuple(Failed(trouble.reason, trouble.text, trouble.file, trouble.line) for _ in asked.calls)
