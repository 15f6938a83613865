"""`python -m worker`: grade what comes in, until SIGTERM."""

from __future__ import annotations

import logging
import sys

from worker.broker import BrokerUnavailable, url_of
from worker.logs import set_up
from worker.sandbox.launch import SandboxUnavailable
from worker.settings import Settings
from worker.tasks import serve


def main() -> int:
    """The exit code: 0 after SIGTERM, 1 where the worker cannot start."""
    set_up()
    log = logging.getLogger("worker")
    try:
        settings = Settings.from_environment()
        return serve(settings, url_of(settings))
    except (BrokerUnavailable, SandboxUnavailable, ValueError) as error:
        log.critical("cannot start", extra={"why": str(error)})
        return 1


if __name__ == "__main__":
    sys.exit(main())
