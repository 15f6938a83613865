"""The public keys of the issuers that an operator lists: fetched when needed, kept for an hour, not asked for often."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from web.pushes.fetching import Reach, Unfetched, fetch
from web.pushes.hosts import Issuer

Key = RSAKey | ECKey
FRESH = 3600.0  # seconds
STALE = 86_400.0  # so long keys are good where their issuer does not answer
AGAIN = 30.0  # between two questions to one issuer, whoever makes up what keys
MOST = 50
FEWEST_LETTERS = 342  # of the modulus of 2048 bits in base64
LARGEST = 200_000  # bytes of a set of keys
SECONDS = 5.0


class KeysAway(Exception):
    """The issuer does not answer, or was asked a moment ago."""


class NoKey(Exception):
    """The issuer has no such key."""


@dataclass(frozen=True)
class Kept:
    """The keys of an issuer by their names. at: when they came; asked: when it was last asked."""

    keys: dict[str, Key] = field(default_factory=dict)
    at: float = -STALE
    asked: float = -STALE


@dataclass
class Keys:
    """Of all issuers, in one process."""

    reach: Callable[[Issuer], Reach]
    clock: Callable[[], float] = time.monotonic
    _kept: dict[str, Kept] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, issuer: Issuer, name: str) -> Key:
        """The key of that name. Raises NoKey and KeysAway."""
        now = self.clock()
        with self._lock:
            kept = self._kept.get(issuer.url, Kept())
            if name in kept.keys and now - kept.at < FRESH:
                return kept.keys[name]
            asking = now - kept.asked >= AGAIN
            if asking:
                self._kept[issuer.url] = replace(kept, asked=now)
        if asking:
            kept = self._asked(issuer, kept, now)
        if name in kept.keys and now - kept.at < STALE:
            return kept.keys[name]
        raise NoKey(name) if now - kept.at < AGAIN else KeysAway(issuer.url)

    def _asked(self, issuer: Issuer, kept: Kept, now: float) -> Kept:
        """What the issuer says now; what it said before, where it does not answer."""
        try:
            kept = Kept(read(_fetched(issuer, self.reach(issuer))), now, now)
        except (Unfetched, ValueError, RecursionError):
            return kept
        with self._lock:
            self._kept[issuer.url] = kept
        return kept


def reach_of(issuer: Issuer, like: Reach) -> Reach:
    """Of an issuer: itself and nobody else, for little and not for long."""
    parts = urlsplit(issuer.url)
    return replace(like, bases=frozenset([f"{parts.scheme}://{parts.netloc}"]), largest=LARGEST, seconds=SECONDS)


def read(content: bytes) -> dict[str, Key]:
    """The usable keys of a set: for signatures, of sufficient length. Raises ValueError."""
    found = json.loads(content)
    entries = found.get("keys") if isinstance(found, dict) else None
    if not isinstance(entries, list):
        raise ValueError("no set of keys")  # noqa: TRY004 - as json says it
    keys = {}
    for entry in entries[:MOST]:
        key = _key(entry) if isinstance(entry, dict) else None
        if key and isinstance(entry.get("kid"), str):
            keys[entry["kid"]] = key
    return keys


def _key(entry: dict[str, Any]) -> Key | None:
    """A public key of a kind that is trusted; None for others, and above all for secrets."""
    if entry.get("use", "sig") != "sig" or "d" in entry or "k" in entry:
        return None
    try:
        if entry.get("kty") == "RSA" and len(str(entry.get("n", ""))) >= FEWEST_LETTERS:
            return RSAKey.import_key(entry)
        if entry.get("kty") == "EC" and entry.get("crv") == "P-256":
            return ECKey.import_key(entry)
    except (JoseError, ValueError, TypeError, KeyError):
        pass
    return None


def _fetched(issuer: Issuer, reach: Reach) -> bytes:
    """The set of keys, wherever on its own host the issuer says it is. Raises Unfetched and ValueError."""
    about = json.loads(fetch(f"{issuer.url}/.well-known/openid-configuration", reach))
    if not isinstance(about, dict) or about.get("issuer") != issuer.url:
        raise ValueError("another issuer")
    return fetch(str(about.get("jwks_uri", "")), reach)
