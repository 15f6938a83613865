"""Where things are that more than one process must find: the folder for data, and the broker's name for its clients."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def data_home(environment: Mapping[str, str]) -> Path:
    """GRADER_HOME, else where programs of this user keep their data; without a home, the working directory."""
    if environment.get("GRADER_HOME"):
        return Path(environment["GRADER_HOME"])
    data = environment.get("XDG_DATA_HOME") or (environment.get("HOME") and f"{environment['HOME']}/.local/share")
    return Path(data) / "chainrule" if data else Path("chainrule-data")


def published_folder(environment: Mapping[str, str]) -> Path:
    """GRADER_PUBLISHED, where the site keeps published editions and workers find them; else within the data."""
    return Path(environment.get("GRADER_PUBLISHED") or data_home(environment) / "published")


def socket_of(home: Path) -> Path:
    """The unix socket of the embedded broker."""
    return home.absolute() / "broker" / "socket"


def for_kombu(url: str) -> str:
    """A Redis URL as Celery takes it: kombu has a name of its own for unix sockets."""
    return f"redis+socket://{url.removeprefix('unix://')}" if url.startswith("unix://") else url


def for_redis(url: str) -> str:
    """The same URL as a Redis client takes it."""
    return f"unix://{url.removeprefix('redis+socket://')}" if url.startswith("redis+socket://") else url
