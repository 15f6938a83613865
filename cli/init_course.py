"""`grader init-course`: a repository in which a course keeps its exercises, with CI that proves them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click

import assignments
from cli import assembly
from cli.check import named
from cli.online.publish import files_of
from cli.options import language
from cli.writing import NO_GITHUB, Pinned, filled, pinned, write_all
from grader.messages import Language, Text

INSTRUCTOR = Path(__file__).with_name("instructor")
EXAMPLE = "product_gradient"
SPARE = 15  # minutes, beside the budget, to set up on a runner that has nothing yet
NEXT = Text(
    "Read README.md; then: {grader} verify {folder}/exercises",
    "先看 README.md，再运行：{grader} verify {folder}/exercises",
)


@click.command("init-course")
@click.argument("exercises", metavar="[EXERCISE…]", nargs=-1)
@click.option("--to", "folder", metavar="FOLDER", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.option("--minutes", metavar="M", default=15, show_default=True, type=click.IntRange(1), help="For proving all.")
@click.option(
    "--source", metavar="URL@COMMIT", help="Where runners take Chainrule from. [default: where this one is from]"
)
@language
def init_course(exercises: tuple[str, ...], folder: Path, minutes: int, source: str | None, language: Language) -> int:
    """Write a repository of exercises for instructors, beginning with copies of EXERCISEs of ours."""
    names = tuple(dict.fromkeys(named(name, language) for name in exercises)) or (EXAMPLE,)
    where = pinned(source, language)
    write_all(folder, dict(files(names, where, minutes, language)), language)
    if not where.action:
        click.echo(NO_GITHUB(language).format(url=where.url), err=True)
    click.echo(NEXT(language).format(grader=assembly.command_name(), folder=folder))
    return 0


def files(names: tuple[str, ...], where: Pinned, minutes: int, language: Language) -> Iterator[tuple[str, str]]:
    """(path, content) of every file."""
    for name in names:
        for path, text in files_of(assignments.path_of(name), assignments.HERE).items():
            yield f"exercises/{path}", text
    blanks = {
        "ACTION": where.action,
        "URL": where.url,
        "COMMIT": where.commit,
        "LANGUAGE": language,
        "MINUTES": str(minutes),
        "LIMIT": str(minutes + SPARE),
        "NAMES": ", ".join(map(json.dumps, names)),
        "SOURCE": json.dumps(f"{where.url}@{where.commit}"),
    }
    templates = {"README.md": "README.md", "course.toml": "course.toml", ".gitlab-ci.yml": "gitlab.yml"}
    if where.action:
        templates[".github/workflows/exercises.yml"] = "github.yml"
    for path, template in templates.items():
        yield path, filled((INSTRUCTOR / template).read_text(encoding="utf-8"), blanks)
    yield ".gitignore", ".chainrule/\n__pycache__/\n"
