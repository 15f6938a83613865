"""Tokens by service: in one file that only its owner can read, or in the system's keyring where `keyring` is installed.

The file names every service that there is a token for; where the token is in the keyring, it says null.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import click

MOST = 100_000  # bytes
MODE = 0o600
NAME = "chainrule"  # in the keyring


def path(config: Path) -> Path:
    """Where tokens are kept. config: the user's folder for settings."""
    return config / "chainrule" / "tokens.json"


def kept(config: Path) -> dict[str, str]:
    """Token by service; empty where the file is missing or damaged. One that others could read is closed to them."""
    found = {service: token or _from_ring(service) for service, token in _listed(config).items()}
    return {service: token for service, token in found.items() if token}


def keep(config: Path, service: str, token: str | None) -> str:
    """Keep a token, or with None forget it; what the keyring is called that has it, empty for the file.

    Raises click.FileError. The file is all old or all new, whatever happens.
    """
    left = {name: old for name, old in _listed(config).items() if name != service}
    if token is None:
        _forget_in_ring(service)
        _write(path(config), left)
        return ""
    ring = _into_ring(service, token)
    _write(path(config), {**left, service: None if ring else token})
    return ring


def _listed(config: Path) -> dict[str, str | None]:
    try:
        with path(config).open("rb") as stream:
            if os.fstat(stream.fileno()).st_mode & 0o077:
                os.fchmod(stream.fileno(), MODE)
            found = json.loads(stream.read(MOST))
    except (OSError, ValueError, RecursionError):
        return {}
    listed = found.items() if isinstance(found, dict) else ()
    return {str(service): token for service, token in listed if isinstance(token, str | None)}


def _write(place: Path, wanted: dict[str, str | None]) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, made = tempfile.mkstemp(dir=place.parent)  # with 0600 from the first byte
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(wanted, stream)
        Path(made).replace(place)
    except OSError as error:
        raise click.FileError(str(place), error.strerror or str(error)) from error


def _ring() -> Any:
    """The system's keyring; None where the package is not installed, or has found none that can keep anything."""
    with contextlib.suppress(Exception):  # one that cannot even be asked is none; the file is always there
        import keyring

        found = keyring.get_keyring()
        return found if found.priority > 0 else None
    return None


def _into_ring(service: str, token: str) -> str:
    ring = _ring()
    if ring is None:
        return ""
    with contextlib.suppress(Exception):  # locked, or its person said no: the file takes it
        ring.set_password(NAME, service, token)
        return str(ring.name)
    return ""


def _from_ring(service: str) -> str:
    ring = _ring()
    with contextlib.suppress(Exception):  # locked, or gone: the token is not here
        return str(ring.get_password(NAME, service) or "") if ring else ""
    return ""


def _forget_in_ring(service: str) -> None:
    ring = _ring()
    with contextlib.suppress(Exception):  # it may not be there
        if ring:
            ring.delete_password(NAME, service)
