"""Who grades: which workers live, and so on which device a submission is graded and when.

Only exercises that have checks for a GPU ask; all others are graded on the CPU without a question.
"""

from __future__ import annotations

import logging

from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError

from grader.messages import Lane, Presence, Text
from grader.reading import Sheet
from web.database.models import Submission
from web.services import Services

CPU, GPU = "cpu", "gpu"
FIRST: Lane = "students"
log = logging.getLogger(__name__)

NONE_HERE = Text(
    "No GPU is here at the moment: these checks are not run, and cost nothing.",
    "目前没有 GPU：这些检查不会运行，也不扣分。",
)


def wants_gpu(sheet: Sheet) -> bool:
    """Whether an exercise has checks for a GPU."""
    return any(entry.options.get("device") == GPU for entry in sheet.of("check"))


def with_gpu(services: Services) -> tuple[Presence, ...]:
    """The workers that lend a GPU at the moment; none where nobody can tell."""
    try:
        return tuple(worker for worker in services.doorbell.workers() if GPU in worker.devices)
    except OSError:
        return ()


def device_for(services: Services, exercise: str) -> str:
    """Where a submission is graded: on the CPU alone, or with the GPU where checks want one and a worker has it."""
    sheet = services.catalogue.get(exercise)
    return GPU if sheet and wants_gpu(sheet) and with_gpu(services) else CPU


def choose_device(services: Services, submission: Submission) -> None:
    """By what lives at the moment of sending: who had a GPU may be gone since, and another one come."""
    device = device_for(services, submission.assignment.exercise)
    if device == submission.device:
        return
    chosen = update(Submission).where(Submission.id == submission.id, Submission.ticket == submission.ticket)
    try:
        with services.database.write() as session:
            session.execute(chosen.values(device=device))
    except SQLAlchemyError as error:  # it goes where it was to go before
        log.warning("%s keeps its device: %s", submission.id, type(error).__name__)
    else:
        submission.device = device


def outlook(services: Services, sheet: Sheet) -> Text | None:
    """Whether and when this exercise's checks for a GPU would run; None where it has none."""
    if not wants_gpu(sheet):
        return None
    workers = with_gpu(services)
    if not workers:
        return NONE_HERE
    name = next((worker.gpu for worker in workers if worker.gpu), "GPU")
    try:
        waiting = services.doorbell.waiting(FIRST, GPU)
    except OSError:
        return NONE_HERE
    if not waiting:
        return Text(f"They run on {name}; nobody waits for it now.", f"在 {name} 上运行；现在没有人在等待。")
    noun = "submission waits" if waiting == 1 else "submissions wait"
    return Text(f"They run on {name}; {waiting} {noun} for it now.", f"在 {name} 上运行；现在有 {waiting} 份在等待。")
