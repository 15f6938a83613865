"""Hashing a password takes a third of a second by design; here it is the same algorithm with less of it."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from tests.web.conftest import PASSWORD
from web.accounts import passwords

LIGHT = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture(autouse=True)
def light_hashes(monkeypatch):
    monkeypatch.setattr(passwords, "_hasher", lambda: LIGHT)
    monkeypatch.setattr(passwords, "_nobody", lambda: LIGHT.hash("nobody has this password"))


@pytest.fixture(scope="session")
def hashed_password():
    """In place of the site's own, which is as slow as real ones."""
    return LIGHT.hash(PASSWORD)
