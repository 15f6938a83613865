"""How the site's background processes start and stop."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Callable
from threading import Event

from web.logs import set_up
from web.services import Services
from web.settings import Settings, SettingsError

log = logging.getLogger(__name__)


def run(part: str, work: Callable[[Services, Event], None]) -> None:
    """Do the work of a part of the site until SIGTERM or Ctrl-C, which let it finish what it has begun."""
    set_up(part)
    try:
        services = Services.of(Settings.from_environment())
    except SettingsError as error:
        sys.exit(str(error))
    stopped = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    log.info("started")  # what a supervisor waits for
    try:
        work(services, stopped)
    finally:
        services.database.close()
