"""Long polls: a request that waits until its submission is graded, within bounds of time and number."""

from __future__ import annotations

import time
from threading import BoundedSemaphore

from flask import current_app
from sqlalchemy import select

from web.database.models import Submission
from web.services import Services

LONGEST = 20.0  # seconds
SEATS = 4  # requests that wait at a time in one process: the other threads serve
NAME = "chainrule.seats"  # in Flask's extensions: of this process
QUICK, SLOW = 0.015, 0.25  # seconds between looks, at first and later


class Seats:
    """Where requests wait. Who finds none is answered at once, with the state as it is."""

    def __init__(self, number: int = SEATS) -> None:
        self._free = BoundedSemaphore(number)

    def wait_for(self, services: Services, submission: str, seconds: float) -> None:
        """Until it is no longer waiting, or `seconds` are over."""
        if seconds <= 0 or not self._free.acquire(blocking=False):
            return
        try:
            end, pause = time.monotonic() + min(seconds, LONGEST), QUICK
            while _waits(services, submission) and (left := end - time.monotonic()) > 0:
                time.sleep(min(pause, left))
                pause = min(pause * 1.1, SLOW)
        finally:
            self._free.release()


def seats() -> Seats:
    """Those of the application that serves this request."""
    found: Seats = current_app.extensions[NAME]
    return found


def _waits(services: Services, submission: str) -> bool:
    with services.database.read() as session:
        return session.scalar(select(Submission.state).where(Submission.id == submission)) == "waiting"
