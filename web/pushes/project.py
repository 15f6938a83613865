"""What a commit hands in: chainrule.toml in its archive, and the files that it names."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from grader import archives
from grader.archives import Directory
from grader.errors import ExplainedHere
from grader.files import LARGEST, MOST, SKIPPED, SUFFIXES, Source, Unreadable, read_bytes

NAME = "chainrule.toml"
LARGEST_TOML = 8_000  # the parser takes time with the square of a key that is made of dots: 0.2 s of these
MOST_EXERCISES = 50
EXERCISE = re.compile(r"[\w-]{1,100}", re.ASCII)


class Unfit(ExplainedHere):
    """Nothing of this commit can be handed in; `text` says why and what to do."""


@dataclass(frozen=True)
class Project:
    """A repository at one commit. link: the code of its page here; work: exercise → its files, as they are named."""

    link: str
    course: str
    work: Mapping[str, tuple[str, ...]]
    top: str  # the folder that the archive puts everything into, with a slash; or empty
    archive: Directory

    def source(self, exercise: str) -> Source:
        """The files of an exercise. Raises Unreadable."""
        wanted = self.work[exercise]
        try:
            found = self.archive.members(lambda name: self._is_wanted(name, wanted), MOST, LARGEST)
        except archives.BadArchive as error:
            raise Unreadable(f"The commit's archive {error.text.en}", f"该 commit 的压缩包{error.text.zh}") from error
        return read_bytes(tuple((name.rpartition("/")[2], content) for name, content in found))

    def _is_wanted(self, name: str, wanted: tuple[str, ...]) -> bool:
        if not name.startswith(self.top):
            return False
        inside = name.removeprefix(self.top)
        below = any(folder == "." or inside.startswith(f"{folder}/") for folder in wanted)
        return inside in wanted or (below and _is_usable(inside))


def project_of(content: bytes) -> Project:
    """From a commit's archive. Raises Unfit."""
    archive, top, text = _settings(content)
    try:
        found = tomllib.loads(text.decode())
    except (ValueError, RecursionError) as error:
        raise Unfit(f"{NAME} is not TOML.", f"{NAME} 不是有效的 TOML。") from error
    work, link, course = found.get("exercises"), found.get("link", ""), found.get("course", "")
    if not isinstance(link, str) or not isinstance(course, str):
        raise Unfit(f"{NAME} wants text for link and course.", f"{NAME} 中 link 和 course 必须是文本。")
    if not isinstance(work, dict) or not 0 < len(work) <= MOST_EXERCISES or not all(map(EXERCISE.fullmatch, work)):
        raise Unfit(f"{NAME} names no exercise below [exercises].", f"{NAME} 的 [exercises] 下没有写题目。")
    return Project(link, course, {name: _paths(name, listed) for name, listed in work.items()}, top, archive)


def commit_of(content: bytes) -> str:
    """The commit that `git archive` writes into a zip as its comment; empty where there is none."""
    try:
        comment = archives.opened(content).archive.comment.decode("ascii", "replace").strip()
    except archives.BadArchive:
        return ""
    return comment if re.fullmatch(r"[0-9a-f]{40}([0-9a-f]{24})?", comment) else ""


def _settings(content: bytes) -> tuple[Directory, str, bytes]:
    """(the archive, the folder that holds everything, chainrule.toml). Hosts put commits into folders of their own."""
    try:
        archive = archives.opened(content)
        found = archive.members(_is_settings, MOST, LARGEST_TOML)
    except archives.BadArchive as error:
        raise Unfit(
            f"The commit's archive cannot be used, or has no {NAME} of at most {LARGEST_TOML // 1000} kB at its top.",
            f"该 commit 的压缩包无法使用，或者顶层没有 {NAME}（最大 {LARGEST_TOML // 1000} kB）。",
        ) from error
    name, text = min(found, key=lambda one: one[0].count("/"))
    return archive, name.removesuffix(NAME), text


def _is_settings(name: str) -> bool:
    """At the top, or in the one folder there."""
    parts = name.split("/")
    return parts[-1] == NAME and len(parts) < 3


def _paths(exercise: str, listed: Any) -> tuple[str, ...]:
    """Relative ones, none of which leads out."""
    names = [listed] if isinstance(listed, str) else listed
    if not isinstance(names, list) or not 0 < len(names) <= MOST or not all(isinstance(one, str) for one in names):
        raise Unfit(f"{NAME} wants a list of files for {exercise[:60]}.", f"{NAME} 中 {exercise[:60]} 应写成文件列表。")
    paths = [PurePosixPath(name) for name in names]
    if any(path.is_absolute() or ".." in path.parts for path in paths):
        raise Unfit(f"{NAME} names a file that lies outside.", f"{NAME} 中有文件位于仓库之外。")
    return tuple(path.as_posix() for path in paths)


def _is_usable(name: str) -> bool:
    path = PurePosixPath(name)
    hidden = any(part.startswith(".") or part in SKIPPED for part in path.parts)
    return not hidden and path.suffix in SUFFIXES
