"""Ringing for a broker that has gone away: whoever rings is told so at once, in the words that callers expect."""

from __future__ import annotations

import time

import pytest

from grader.calls import File
from grader.messages import Job
from web.doorbell import SECONDS, Doorbell

pytestmark = pytest.mark.slow  # it reaches for a socket

JOB = Job("one", "ticket", 0, "product_gradient", "edition", (File("ada.py", "x = 1\n"),), seed="7")


@pytest.fixture
def bell(tmp_path):
    return Doorbell(f"unix://{tmp_path}/no-broker")


def test_a_student_does_not_wait_for_a_broker_that_has_gone_away(bell):
    started = time.monotonic()
    assert not bell.ring(JOB, "students")
    assert not bell.answers()
    assert time.monotonic() - started < 2 * SECONDS


def test_a_queue_of_a_broker_that_has_gone_away_has_no_length(bell):
    """An OSError, as the reconciler expects: another error would end it."""
    with pytest.raises(OSError, match="no-broker"):
        bell.waiting("students", "cpu")
