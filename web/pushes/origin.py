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
LONGEST_NAME = 200
SHORT = 7  # letters of a commit, as git shows them


@dataclass(frozen=True)
class Origin:
    """commit: all its digits; repository: its address; each empty where nobody said."""

    commit: str = ""
    branch: str = ""
    repository: str = ""


def same_repository(one: str, other: str) -> bool:
    """Whether two addresses are of one repository: hosts and owners are written in letters of any size."""
    return plain(one) == plain(other)


def plain(address: str) -> str:
    """`host/owner/name` in small letters, whatever stands around it."""
    return re.sub(r"\.git$", "", address.partition("://")[2].rstrip("/").lower())


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
