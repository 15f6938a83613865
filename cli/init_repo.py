"""`grader init-repo`: a student's repository, with starters, chainrule.toml, CI for GitHub and GitLab, and a hook."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from cli import assembly
from cli.check import named
from cli.course_file import CourseFile, is_course_file, read_course
from cli.online.client import BadAddress, address
from cli.options import language, usage
from cli.writing import NO_GITHUB, Pinned, filled, pinned, write_all
from grader.formulas import plain
from grader.messages import Language, Text
from grader.reading import Sheet

STUDENT = Path(__file__).with_name("student")
HOOK = ".githooks/pre-commit"
IDENTITY = """\
  id_tokens:
    GRADER_ID_TOKEN: # says which repository this is
      aud: {service}
"""
NEXT = Text("Read README.md; then: {grader} ci --local", "先看 README.md，再运行：{grader} ci --local")


@dataclass(frozen=True)
class Repository:
    """What is to be written. url, commit: where runners take Chainrule from."""

    sheets: tuple[Sheet, ...]
    notebook: bool
    service: str
    course: str
    source: Pinned
    language: Language

    def solution(self, sheet: Sheet) -> str:
        """Where the work on an exercise goes: several have a folder each, for helpers of their own."""
        name = "solution.ipynb" if self.notebook else "solution.py"
        return name if len(self.sheets) == 1 else f"{sheet.name}/{name}"


@click.command("init-repo")
@click.argument("exercises", metavar="EXERCISE…|COURSE.toml", nargs=-1, required=True)
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
    """Write a student's repository for EXERCISEs, or for those that a COURSE.toml lists.

    A file that is there already is never written over.
    """
    given = read_course(Path(exercises[0]), language) if is_course_file(exercises) else CourseFile(exercises)
    known = given.sheets()
    sheets = tuple(known[name] for name in dict.fromkeys(named(one, language, known) for one in given.exercises))
    pinned_at = pinned(source or given.source, language)
    try:
        where = address(service or given.service) if service or given.service else ""
    except BadAddress as error:
        usage(error.text, language)
    repository = Repository(sheets, notebook or given.notebook, where, course or given.course, pinned_at, language)
    write_all(folder, dict(files(repository)), language)
    (folder / HOOK).chmod(0o755)
    if not pinned_at.action:
        click.echo(NO_GITHUB(language).format(url=pinned_at.url), err=True)
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
        if template != "github.yml" or repository.source.action:
            yield path, filled((STUDENT / template).read_text(encoding="utf-8"), blanks)
    yield ".gitignore", ".chainrule/\n__pycache__/\n.ipynb_checkpoints/\n"


def _blanks(repository: Repository) -> dict[str, str]:
    work = [(sheet, repository.solution(sheet)) for sheet in repository.sheets]
    titles = {sheet.name: plain(sheet.title(repository.language)) for sheet, _ in work}
    return {
        "ACTION": repository.source.action,
        "URL": repository.source.url,
        "COMMIT": repository.source.commit,
        "LANGUAGE": repository.language,
        "SERVICE": json.dumps(repository.service, ensure_ascii=False),
        "COURSE": json.dumps(repository.course, ensure_ascii=False),
        "IDENTITY": IDENTITY.format(service=repository.service) if repository.service else "",
        "EXERCISES": "\n".join(f"{sheet.name} = [{json.dumps(path)}]" for sheet, path in work),
        "TITLE": titles[work[0][0].name] if len(work) == 1 else "Chainrule",
        "TABLE": "\n".join(f"| {titles[sheet.name]} (`{sheet.name}`) | [{path}]({path}) |" for sheet, path in work),
    }


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
