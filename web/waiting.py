"""Requests that wait until a submission is graded, within bounds of time and number."""

from __future__ import annotations

import time
from threading import BoundedSemaphore
from typing import Literal

from flask import current_app
from sqlalchemy import bindparam, select

from web.bulletin import Bulletin
from web.database.models import Submission
from web.services import Services

Kind = Literal["page", "program"]

LONGEST = 20.0  # seconds
SEATS: dict[Kind, int] = {"page": 3, "program": 4}  # in one process: the other threads serve
NAME = "chainrule.seats"  # in Flask's extensions: of this process
STATE = select(Submission.state).where(Submission.id == bindparam("submission"))
EVERY = 0.25  # seconds between looks, for whoever was not woken


class Seats:
    """Where requests wait; programs cannot take the pages' seats. Who finds none is answered at once."""

    def __init__(self, bulletin: Bulletin, number: dict[Kind, int] = SEATS) -> None:
        self._bulletin = bulletin
        self._free = {kind: BoundedSemaphore(count) for kind, count in number.items()}

    def wait_for(self, services: Services, submission: str, seconds: float, kind: Kind) -> None:
        """Until it is no longer waiting, or `seconds` are over."""
        if seconds <= 0 or not self._free[kind].acquire(blocking=False):
            return
        try:
            with self._bulletin.expecting(submission) as settled:
                end = time.monotonic() + min(seconds, LONGEST)
                while _waits(services, submission) and (left := end - time.monotonic()) > 0:
                    settled.wait(min(EVERY, left))
        finally:
            self._free[kind].release()


def seats() -> Seats:
    """Those of the application that serves this request."""
    found: Seats = current_app.extensions[NAME]
    return found


def _waits(services: Services, submission: str) -> bool:
    with services.database.read() as session:
        return session.scalar(STATE, {"submission": submission}) == "waiting"
