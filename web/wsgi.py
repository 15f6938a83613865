"""For gunicorn: `web.wsgi:make()`."""

from __future__ import annotations

import logging

from flask import Flask

from web.application import create_app
from web.logs import set_up
from web.settings import Settings


def make() -> Flask:
    """The site with the settings of the environment. Raises SettingsError."""
    set_up("site")
    settings = Settings.from_environment()
    if settings.metrics_folder:
        settings.metrics_folder.mkdir(parents=True, exist_ok=True)
    app = create_app(settings)
    logging.getLogger(__name__).info("started")  # what a supervisor waits for
    return app
