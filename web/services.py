"""What the rooms of the site share, put together once in application.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import current_app

from web.catalogue import Catalogue
from web.database.session import Database
from web.doorbell import Doorbell
from web.settings import Settings

NAME = "chainrule"  # in Flask's extensions


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Services:
    """clock: what time it is; tests bring their own."""

    settings: Settings
    database: Database
    doorbell: Doorbell
    catalogue: Catalogue
    clock: Callable[[], datetime] = now

    @classmethod
    def of(cls, settings: Settings, clock: Callable[[], datetime] = now) -> Services:
        """The real ones. Nothing connects yet."""
        return cls(
            settings,
            Database(settings.database_url),
            Doorbell(settings.redis_url),
            Catalogue(settings.exercises, settings.published),
            clock,
        )


def services() -> Services:
    """Those of the application that serves this request."""
    found: Services = current_app.extensions[NAME]
    return found
