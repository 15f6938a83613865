"""Celery's pool of threads, with one thing added: a slot that becomes free wakes the loop that fetches the next job.

Celery's loop asks for a message only when a slot is free, and sleeps until something happens on one of its sockets. A
thread that has finished is no such thing: without a word from it the loop slept on, at two jobs a second.
"""

from __future__ import annotations

from typing import Any

from celery.concurrency.base import apply_target
from celery.concurrency.thread import ApplyResult, TaskPool


class Slots(TaskPool):  # type: ignore[misc]
    """One thread a slot, in the worker's own process: the sandbox is started by no pool child, and forked with none."""

    _loop: Any = None

    def register_with_event_loop(self, loop: Any) -> None:
        """Celery calls this when its loop starts, and again after each lost connection."""
        self._loop = loop

    def on_apply(self, *args: Any, **options: Any) -> ApplyResult:
        return ApplyResult(self.executor.submit(self._apply, *args, **options))

    def _apply(self, *args: Any, **options: Any) -> None:
        try:
            apply_target(*args, **options)
        finally:
            self._loop.call_soon(_look_again)  # the one method of the loop that other threads may call


def _look_again() -> None:
    """Nothing to do but to be awake."""
