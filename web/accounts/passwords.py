"""Passwords: argon2id, and the same time for a person who is there and one who is not."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from grader.messages import Text

FEWEST, MOST = 10, 200  # characters
COMMONEST = Path(__file__).parent / "commonest.txt"


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    """The hash that is tried where there is no such person."""
    return _hasher().hash("nobody has this password")


def hashed(password: str) -> str:
    """What the database keeps."""
    return _hasher().hash(password)


def fits(password: str, kept: str | None) -> bool:
    """Whether this is the password; never true where none is kept."""
    nobody = _nobody()  # made in any case: the first to ask must not learn by waiting
    try:
        _hasher().verify(kept or nobody, password[: MOST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def outdated(kept: str) -> bool:
    """Whether the hash was made with weaker settings than today's."""
    return _hasher().check_needs_rehash(kept)


def weakness(password: str, *known: str) -> Text | None:
    """What is wrong with a new password; None where nothing is. `known`: its owner's name and e-mail."""
    if len(password) < FEWEST:
        return Text(
            f"Use {FEWEST} characters or more: a few words are easy to keep.",
            f"至少 {FEWEST} 个字符。几个词连在一起又长又好记。",
        )
    if len(password) > MOST:
        return Text(f"Use at most {MOST} characters.", f"最多 {MOST} 个字符。")
    plain = password.casefold()
    if plain in commonest() or len(set(plain)) < 4:
        return Text(
            "This password is one of those that are tried first. Choose another.",
            "这个密码太常见，最先被试的就是它。请换一个。",
        )
    if any(len(part) > 3 and plain.strip("0123456789!.@#_-") == part for part in _parts(known)):
        return Text(
            "This is your name or e-mail, which others know. Choose something else.",
            "密码里是你的姓名或邮箱，别人也知道。请换一个。",
        )
    return None


@cache
def commonest() -> frozenset[str]:
    """Passwords of ten or more characters that head every list of stolen ones."""
    return frozenset(COMMONEST.read_text(encoding="utf-8").split())


def _parts(known: tuple[str, ...]) -> set[str]:
    whole = [text.casefold() for text in known]
    return {*whole, *(text.partition("@")[0] for text in whole), *("".join(text.split()) for text in whole)}
