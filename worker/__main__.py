"""`python -m worker`: grade what comes in, until SIGTERM."""

from __future__ import annotations

import logging
import sys

from worker.broker import url_of
from worker.settings import Settings
from worker.tasks import serve

if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    settings = Settings.from_environment()
    sys.exit(serve(settings, url_of(settings)))
