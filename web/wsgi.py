"""For gunicorn: `web.wsgi:make()`."""

from __future__ import annotations

from flask import Flask

from web.application import create_app
from web.logs import set_up
from web.settings import Settings


def make() -> Flask:
    """The site with the settings of the environment. Raises SettingsError."""
    set_up("site")
    return create_app(Settings.from_environment())
