"""Writing a repository: templates with blanks, all files or none, and where its runners take Chainrule from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from cli import assembly, words
from cli.options import usage
from grader.messages import Language, Text

PINNED = re.compile(r"(https://[\w.:/~-]+?)(?:\.git)?@([0-9a-f]{40})")
ON_GITHUB = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+)")
WHERE_FROM = Text(
    "From where shall the runners take Chainrule? --source https://github.com/OWNER/chainrule@COMMIT, "
    "the whole 40 digits of a commit: a name could come to mean something else.",
    "运行环境从哪里获取 Chainrule？请用 --source https://github.com/OWNER/chainrule@COMMIT 指定，"
    "COMMIT 要写完整的 40 位，因为名称所指的内容可能改变。",
)
THERE = Text("{path} is there already. Nothing was written.", "{path} 已经存在，没有写入任何文件。")
NO_GITHUB = Text(
    "No workflow for GitHub was written: an action must lie on GitHub, and {url} does not.",
    "没有写 GitHub 工作流：action 必须放在 GitHub 上，而 {url} 不在。",
)


@dataclass(frozen=True)
class Pinned:
    """Where runners take Chainrule from: an address and one commit."""

    url: str
    commit: str

    @property
    def action(self) -> str:
        """The action as a workflow names it; empty where it does not lie on GitHub."""
        found = ON_GITHUB.fullmatch(self.url)
        return f"{found[1]}@{self.commit}" if found else ""


def pinned(source: str | None, language: Language) -> Pinned:
    """From `--source`, else from where this program is from; a usage error where that says no commit."""
    found = PINNED.fullmatch(source or assembly.own_source())
    if not found:
        usage(WHERE_FROM, language)
    return Pinned(found[1], found[2])


def filled(text: str, blanks: Mapping[str, str]) -> str:
    """A template with its @@BLANKS@@ filled."""
    return re.sub(r"@@([A-Z]+)@@", lambda found: blanks[found[1]], text)


def write_all(folder: Path, contents: Mapping[str, str], language: Language) -> None:
    """All of them or, where one is there already, none. Raises click.FileError."""
    for path in contents:
        if (folder / path).exists():
            usage(Text(THERE.en.format(path=folder / path), THERE.zh.format(path=folder / path)), language)
    try:
        for path, content in contents.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            with (folder / path).open("x", encoding="utf-8") as stream:
                stream.write(content)
            click.echo(words.WRITTEN(language).format(path=folder / path), err=True)
    except OSError as error:
        raise click.FileError(str(folder), error.strerror or str(error)) from error
