"""What the push events of GitHub, GitLab, Gitea and Forgejo say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from web.pushes import origin
from web.pushes.origin import BRANCH, COMMIT, sound_name

PUSHES = frozenset(["push", "Push Hook"])
HEADS = "refs/heads/"


class NotAPush(Exception):
    """Nothing that could be handed in: another event, a tag, a branch that was deleted, or no event at all."""


@dataclass(frozen=True)
class Told:
    """A push of a branch. host and name of its repository, as the host calls it."""

    host: str
    name: str
    commit: str
    branch: str


def read(payload: Any, event: str) -> Told:
    """From the body of a webhook's request. Raises NotAPush."""
    if event not in PUSHES:
        raise NotAPush("another event")
    if not isinstance(payload, dict):
        raise NotAPush("no event")
    branch, commit = branch_of(_text(payload, "ref")), _text(payload, "after")
    if not branch:
        raise NotAPush("no branch")
    if not re.fullmatch(COMMIT, commit) or not commit.strip("0"):
        raise NotAPush("no commit")
    if event == "Push Hook":
        name, address = _text(payload, "project", "path_with_namespace"), _text(payload, "project", "web_url")
    else:
        name, address = _text(payload, "repository", "full_name"), _text(payload, "repository", "html_url")
    if not sound_name(name):
        raise NotAPush("no repository")
    return Told(_host(address), name, commit, branch)


def branch_of(ref: str) -> str:
    """The branch of a full name; empty for tags and all else."""
    branch = ref.removeprefix(HEADS)
    sound = re.fullmatch(BRANCH, branch) and branch.isprintable()  # half a character can be kept nowhere
    return branch if ref.startswith(HEADS) and sound else ""


def _host(address: str) -> str:
    found = origin.address(address)
    return found.host if found else ""


def _text(payload: Any, *path: str) -> str:
    for name in path:
        payload = payload.get(name) if isinstance(payload, dict) else None
    return payload if isinstance(payload, str) else ""
