"""Which commit of which repository something that is handed in comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from web.pushes.hosts import Host

COMMIT = r"^[0-9a-f]{40}([0-9a-f]{24})?$"
BRANCH = r"^[^\u0000-\u0020\u007f~^:?*\[\\]{1,200}$"
HOST = r"[a-z0-9]([a-z0-9.-]{0,180}[a-z0-9])?(:[0-9]{1,5})?"
NAME = r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+){1,9}"
REPOSITORY = rf"^https?://{HOST}/{NAME}$"
WRITTEN = (
    re.compile(r"(?:(?P<scheme>https?)://)?(?P<host>[\w.-]+(?::\d+)?)/(?P<name>.+)", re.IGNORECASE),
    re.compile(r"ssh://(?:[\w.-]+@)?(?P<host>[\w.-]+)(?::\d+)?/(?P<name>.+)"),
    re.compile(r"(?:[\w.-]+@)?(?P<host>[\w.-]+):(?P<name>[^/].*)"),  # git@host:owner/name
)
LONGEST_NAME = 200
SHORT = 7  # letters of a commit, as git shows them


@dataclass(frozen=True)
class Origin:
    """commit: all its digits; repository: its address; each empty where nobody said."""

    commit: str = ""
    branch: str = ""
    repository: str = ""


@dataclass(frozen=True)
class Address:
    """Where a repository lies. name: as its host calls it, `owner/name`."""

    host: str
    name: str
    scheme: str = "https"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}/{self.name}"

    @property
    def plain(self) -> str:
        """The same for the same repository: owners and names are written in letters of any size."""
        return f"{self.host}/{self.name}".lower()


def address(text: str) -> Address | None:
    """From an address as people, hosts and git write it; None where it is none, or has a password in it."""
    text = text.strip().rstrip("/").removesuffix(".git")
    found = next((match for form in WRITTEN if (match := form.fullmatch(text))), None)
    if found is None:
        return None
    scheme = (found.groupdict().get("scheme") or "https").lower()
    host = found["host"].lower().removesuffix(":443" if scheme == "https" else ":80")
    return Address(host, found["name"], scheme) if re.fullmatch(HOST, host) and sound_name(found["name"]) else None


def as_kept(value: object) -> object:
    """The address of a repository, however it was written; what is none is left as it is, for whoever refuses it."""
    return str(address(value) or value) if isinstance(value, str) else value


def same_repository(one: str, other: str) -> bool:
    """Whether two addresses are of one repository, however they are written."""
    first, second = address(one), address(other)
    return first is not None and second is not None and first.plain == second.plain


def spellings(text: str) -> tuple[str, ...]:
    """All ways in which the address of a repository may have been kept, in small letters."""
    found = address(text)
    plain = found.plain if found else text.lower()
    return tuple(f"{scheme}://{plain}{end}" for scheme in ("https", "http") for end in ("", ".git"))


def sound_name(name: str) -> bool:
    """Whether it can be a repository's `owner/name`, with nothing in it that leads elsewhere."""
    parts = name.split("/")
    return bool(
        len(name) <= LONGEST_NAME
        and re.fullmatch(NAME, name)
        and not any(part in {".", ".."} or part.endswith(".git") for part in parts)
    )


def commit_page(hosts: Iterable[Host], repository: str, commit: str) -> str:
    """Where people see the commit; empty where the operator has not listed the host."""
    scheme, _, rest = repository.partition("://")
    netloc, _, name = rest.partition("/")
    found = next((one for one in hosts if one.base == f"{scheme}://{netloc}"), None)
    return found.commit_page(name, commit) if found and sound_name(name) and re.fullmatch(COMMIT, commit) else ""
