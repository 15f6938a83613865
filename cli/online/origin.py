"""Which commit is handed in: as CI says; else as git says, where the files are as they were committed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cli import assembly
from web.pushes.origin import address

PASSWORD = re.compile(r"^(https?://)[^/]*@")
COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
BRANCH = re.compile(r"[^\x00-\x20\x7f~^:?*\[\\]{1,200}")


@dataclass(frozen=True)
class Origin:
    """What the service is told; what is not known is empty."""

    commit: str = ""
    branch: str = ""
    repository: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """Those of the request."""
        known = {"commit": self.commit, "branch": self.branch, "repository": self.repository}
        return {name: value for name, value in known.items() if value}


def origin_of(paths: Iterable[Path]) -> Origin:
    """Of these files. Where they were changed since the commit, they are not the commit's, and nothing is said."""
    surroundings = assembly.surroundings()
    said = _on_github(surroundings) or _on_gitlab(surroundings) or _by_git(tuple(paths))
    if not COMMIT.fullmatch(said.commit):
        return Origin()
    branch = said.branch if BRANCH.fullmatch(said.branch) else ""
    return Origin(said.commit, branch, plain_address(said.repository))


def _on_github(surroundings: Mapping[str, str]) -> Origin | None:
    if not surroundings.get("GITHUB_SHA"):
        return None
    server, name = surroundings.get("GITHUB_SERVER_URL", "https://github.com"), surroundings.get("GITHUB_REPOSITORY")
    branch = surroundings.get("GITHUB_HEAD_REF") or surroundings.get("GITHUB_REF_NAME", "")
    return Origin(surroundings["GITHUB_SHA"], branch, f"{server}/{name}" if name else "")


def _on_gitlab(surroundings: Mapping[str, str]) -> Origin | None:
    if not surroundings.get("CI_COMMIT_SHA"):
        return None
    branch, address = surroundings.get("CI_COMMIT_REF_NAME", ""), surroundings.get("CI_PROJECT_URL", "")
    return Origin(surroundings["CI_COMMIT_SHA"], branch, address)


def _by_git(paths: tuple[Path, ...]) -> Origin:
    commit, names = assembly.git("rev-parse", "HEAD"), tuple(map(str, paths))
    known = names and all(assembly.git("ls-files", "--error-unmatch", "--", name) for name in names)
    if not commit or not known or assembly.git("status", "--porcelain", "--", *names):
        return Origin()
    branch = assembly.git("rev-parse", "--abbrev-ref", "HEAD")
    return Origin(commit, "" if branch == "HEAD" else branch, assembly.git("remote", "get-url", "origin"))


def plain_address(text: str) -> str:
    """The address of a remote for people to follow: a password that stands in it goes nowhere."""
    return str(address(PASSWORD.sub(r"\1", text.strip())) or "")
