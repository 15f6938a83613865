"""One JSON line an event on stderr: time, level, part, event, and of a job its submission and the id of its request.

Neither code nor seeds nor tickets are logged. Of what libraries say only the first line is: Celery quotes messages.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import warnings
from typing import Any

import celery.apps.worker
import structlog

PART = "worker"
LONGEST = 300  # characters of what a library says
TALKATIVE = ("celery.worker.strategy", "celery.app.trace")  # two lines a job, which say less than ours

log = logging.getLogger(__name__)


def set_up() -> None:
    """Everything that is logged in this process, by us or by a library, leaves on stderr as JSON."""
    formatter = _formatter()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(True)
    warnings.filterwarnings("ignore", "(?s).*superuser privileges")  # which give each box a user of its own
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.excepthook = lambda *error: log.critical("ended by an exception", exc_info=error)
    threading.excepthook = _ended

    def say(words: str, *_: Any) -> None:
        """Celery speaks from signal handlers, where no lock may be waited for: in one piece, past all buffers."""
        record = logging.LogRecord("celery", logging.INFO, "", 0, "%s", (words,), None)
        os.write(sys.stderr.fileno(), f"{formatter.format(record)}\n".encode())

    celery.apps.worker.safe_say = say


def _ended(thread: threading.ExceptHookArgs) -> None:
    error = thread.exc_value or thread.exc_type()
    log.critical("a thread ended by an exception", exc_info=error)


def _formatter() -> logging.Formatter:
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        _first_line,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _with_part,
    ]
    last = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    renderer = structlog.processors.JSONRenderer()
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared, processors=[last, structlog.processors.format_exc_info, renderer]
    )


def _first_line(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    if not event["logger"].startswith(PART):
        event["event"] = str(event["event"]).strip().partition("\n")[0][:LONGEST]
    return event


def _with_part(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {**event, "part": PART}
