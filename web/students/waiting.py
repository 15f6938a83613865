"""A fresh submission's page waits a moment for the grade, so that most people never see a progress bar."""

from __future__ import annotations

import time
from threading import BoundedSemaphore

from flask import current_app
from sqlalchemy import select

from web.database.models import Submission
from web.services import Services

PATIENCE = 0.4  # seconds
EVERY = 0.015
MOST = 3  # requests that wait at a time: the others show the progress at once, and no thread is missing elsewhere

SEATS = "chainrule.seats"  # in Flask's extensions: of this process


def wait_for(services: Services, submission: str) -> None:
    """Until it is no longer waiting, but not for long."""
    seats: BoundedSemaphore = current_app.extensions.setdefault(SEATS, BoundedSemaphore(MOST))
    if not seats.acquire(blocking=False):
        return
    try:
        end = time.monotonic() + PATIENCE
        while _waits(services, submission) and time.monotonic() < end:
            time.sleep(EVERY)
    finally:
        seats.release()


def _waits(services: Services, submission: str) -> bool:
    with services.database.read() as session:
        return session.scalar(select(Submission.state).where(Submission.id == submission)) == "waiting"
