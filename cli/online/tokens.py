"""Tokens by service, in one file that only its owner can read."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import click

MOST = 100_000  # bytes
MODE = 0o600


def path(config: Path) -> Path:
    """Where tokens are kept. config: the user's folder for settings."""
    return config / "chainrule" / "tokens.json"


def kept(config: Path) -> dict[str, str]:
    """Token by service; empty where the file is missing or damaged. One that others could read is closed to them."""
    try:
        with path(config).open("rb") as stream:
            if os.fstat(stream.fileno()).st_mode & 0o077:
                os.fchmod(stream.fileno(), MODE)
            found = json.loads(stream.read(MOST))
    except (OSError, ValueError, RecursionError):
        return {}
    return (
        {str(name): token for name, token in found.items() if isinstance(token, str)} if isinstance(found, dict) else {}
    )


def keep(config: Path, service: str, token: str | None) -> None:
    """Keep a token, or with None forget it. Raises click.FileError. All old or all new, whatever happens."""
    left = {name: old for name, old in kept(config).items() if name != service}
    wanted = left if token is None else {**left, service: token}
    place = path(config)
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, made = tempfile.mkstemp(dir=place.parent)  # with 0600 from the first byte
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(wanted, stream)
        Path(made).replace(place)
    except OSError as error:
        raise click.FileError(str(place), error.strerror or str(error)) from error
