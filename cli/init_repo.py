"""`grader init-repo`: a student's repository, with starters, chainrule.toml, CI for GitHub and GitLab, and a hook."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

import assignments
from cli import assembly, words
from cli.check import named
from cli.online.client import BadAddress, address
from cli.options import language, usage
from grader.formulas import plain
from grader.messages import Language, Text
from grader.reading import Sheet

STUDENT = Path(__file__).with_name("student")
PINNED = re.compile(r"(https://[\w.:/~-]+?)(?:\.git)?@([0-9a-f]{40})")
ON_GITHUB = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+)")
HOOK = ".githooks/pre-commit"
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
NEXT = Text("Read README.md; then: {grader} ci --local", "先看 README.md，再运行：{grader} ci --local")


@dataclass(frozen=True)
class Repository:
    """What is to be written. url, commit: where runners take Chainrule from."""

    sheets: tuple[Sheet, ...]
    notebook: bool
    service: str
    course: str
    url: str
    commit: str
    language: Language

    def solution(self, sheet: Sheet) -> str:
        """Where the work on an exercise goes: several have a folder each, for helpers of their own."""
        name = "solution.ipynb" if self.notebook else "solution.py"
        return name if len(self.sheets) == 1 else f"{sheet.name}/{name}"

    @property
    def action(self) -> str:
        """The action as a workflow names it; empty where it does not lie on GitHub."""
        found = ON_GITHUB.fullmatch(self.url)
        return f"{found[1]}@{self.commit}" if found else ""


@click.command("init-repo")
@click.argument("exercises", metavar="EXERCISE…", nargs=-1, required=True)
@click.option("--to", "folder", metavar="FOLDER", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.option("--notebook", is_flag=True, help="Start from notebooks instead of .py files.")
@click.option("--service", metavar="URL", default="", help="The course's service. [default: none, public checks only]")
@click.option("--course", metavar="NAME", default="", help="The course's name in its addresses.")
@click.option(
    "--source", metavar="URL@COMMIT", help="Where runners take Chainrule from. [default: where this one is from]"
)
@language
def init_repo(
    exercises: tuple[str, ...],
    folder: Path,
    notebook: bool,
    service: str,
    course: str,
    source: str | None,
    language: Language,
) -> int:
    """Write a student's repository for EXERCISEs. A file that is there already is never written over."""
    names = dict.fromkeys(named(exercise, language) for exercise in exercises)
    sheets = tuple(sheet for name in names for sheet in assignments.sheets() if sheet.name == name)
    pinned = PINNED.fullmatch(source or assembly.own_source())
    if not pinned:
        usage(WHERE_FROM, language)
    try:
        where = address(service) if service else ""
    except BadAddress as error:
        usage(error.text, language)
    repository = Repository(sheets, notebook, where, course, pinned[1], pinned[2], language)
    _write(folder, dict(files(repository)), language)
    if not repository.action:
        click.echo(NO_GITHUB(language).format(url=repository.url), err=True)
    click.echo(NEXT(language).format(grader=assembly.command_name()))
    return 0


def files(repository: Repository) -> Iterator[tuple[str, str]]:
    """(path, content) of every file."""
    for sheet in repository.sheets:
        starter = sheet.starter_in(repository.language)
        title = plain(sheet.title(repository.language))
        yield repository.solution(sheet), notebook_of(title, starter) if repository.notebook else starter
    blanks = _blanks(repository)
    for path, template in (
        ("chainrule.toml", "chainrule.toml"),
        ("README.md", "README.md"),
        (".gitlab-ci.yml", "gitlab.yml"),
        (HOOK, "pre-commit"),
        (".github/workflows/chainrule.yml", "github.yml"),
    ):
        if template != "github.yml" or repository.action:
            yield path, _filled((STUDENT / template).read_text(encoding="utf-8"), blanks)
    yield ".gitignore", ".chainrule/\n__pycache__/\n.ipynb_checkpoints/\n"


def _blanks(repository: Repository) -> dict[str, str]:
    work = [(sheet, repository.solution(sheet)) for sheet in repository.sheets]
    titles = {sheet.name: plain(sheet.title(repository.language)) for sheet, _ in work}
    return {
        "ACTION": repository.action,
        "URL": repository.url,
        "COMMIT": repository.commit,
        "LANGUAGE": repository.language,
        "SERVICE": json.dumps(repository.service, ensure_ascii=False),
        "COURSE": json.dumps(repository.course, ensure_ascii=False),
        "EXERCISES": "\n".join(f"{sheet.name} = [{json.dumps(path)}]" for sheet, path in work),
        "TITLE": titles[work[0][0].name] if len(work) == 1 else "Chainrule",
        "TABLE": "\n".join(f"| {titles[sheet.name]} (`{sheet.name}`) | [{path}]({path}) |" for sheet, path in work),
    }


def _filled(text: str, blanks: dict[str, str]) -> str:
    return re.sub(r"@@([A-Z]+)@@", lambda found: blanks[found[1]], text)


def notebook_of(title: str, starter: str) -> str:
    """A notebook with a heading and the starter in one cell."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    cells = [
        {"cell_type": "markdown", "id": "title", "metadata": {}, "source": f"# {title}"},
        {
            "cell_type": "code",
            "id": "solution",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": starter,
        },
    ]
    found = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _write(folder: Path, contents: dict[str, str], language: Language) -> None:
    """All of them or, where one is there already, none."""
    for path in contents:
        if (folder / path).exists():
            usage(Text(THERE.en.format(path=folder / path), THERE.zh.format(path=folder / path)), language)
    try:
        for path, content in contents.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            with (folder / path).open("x", encoding="utf-8") as stream:
                stream.write(content)
            click.echo(words.WRITTEN(language).format(path=folder / path), err=True)
        (folder / HOOK).chmod(0o755)
    except OSError as error:
        raise click.FileError(str(folder), error.strerror or str(error)) from error
