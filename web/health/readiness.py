"""What the site needs before it can be of use."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

from web.database import schema
from web.services import Services


def missing(services: Services) -> dict[str, str]:
    """By name, what is not there and why; nothing where the site is ready."""
    found = {"database": _database(services), "broker": "" if services.doorbell.answers() else "does not answer"}
    return {name: why for name, why in found.items() if why}


def _database(services: Services) -> str:
    try:
        current = schema.current(services.database)
    except SQLAlchemyError:
        return "does not answer"
    newest = schema.newest()
    return "" if current == newest else f"is at revision {current or 'none'}, not at {newest}"
