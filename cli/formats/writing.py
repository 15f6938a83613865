"""`--format NAME[:FILE]`: which formats there are, and how what they write gets where it is wanted."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from cli import words
from cli.formats.results import Impossible, Results
from grader.messages import Language, Text

FORMATS = {  # name → the module that writes it
    "json": "plain_json",
    "junit": "junit",
    "github": "annotations",
    "summary": "summary",
    "gradescope": "gradescope",
    "classroom50": "classroom50",
    "github-classroom": "github_classroom",
    "check50": "check50",
    "sarif": "sarif",
}
SUMMARY_FILE = "GITHUB_STEP_SUMMARY"  # the variable that names the file; what earlier commands wrote stays in it
TWICE = Text("Only one format can go to stdout: name a file, as in --format junit:report.xml.",
             "只能有一种格式写到标准输出：请为其他格式指定文件，例如 --format junit:report.xml。")  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """A format and the file that it goes to; to stdout where there is none."""

    name: str
    file: Path | None = None

    def write(self, results: Results) -> None:
        """Raises click.FileError where the file cannot be written, Impossible where the format cannot."""
        text = importlib.import_module(f"cli.formats.{FORMATS[self.name]}").write(results)
        if self.file is None:
            click.echo(text, nl=False)
            return
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with self.file.open("a" if self.name == "summary" else "w", encoding="utf-8") as stream:
                stream.write(text)
        except OSError as error:
            raise click.FileError(str(self.file), error.strerror or str(error)) from error
        if self.name != "summary":
            click.echo(words.WRITTEN(results.language).format(path=self.file), err=True)


def parsed(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[Wanted, ...]:
    """The callback of `--format`."""
    return tuple(map(_parsed, values))


def _parsed(value: str) -> Wanted:
    name, _, file = value.partition(":")
    if name not in FORMATS:
        raise click.BadParameter(f"{name!r} is not one of {', '.join(FORMATS)}")
    return Wanted(name, Path(file) if file else None)


option = click.option(
    "--format",
    "formats",
    metavar="NAME[:FILE]",
    multiple=True,
    callback=parsed,
    help=f"Also tell in this format; may be given more than once. One of {', '.join(FORMATS)}.",
)


def placed(formats: tuple[Wanted, ...], surroundings: Mapping[str, str], language: Language) -> tuple[Wanted, ...]:
    """The formats, the summary in the file that the runner names for it. Raises click.UsageError for two on stdout."""
    summary = surroundings.get(SUMMARY_FILE)
    there = Wanted("summary", Path(summary)) if summary else None
    found = tuple(there if there and one == Wanted("summary") else one for one in formats)
    if sum(one.file is None for one in found) > 1:
        raise click.UsageError(TWICE(language))
    return found


def talks(formats: tuple[Wanted, ...]) -> bool:
    """Whether stdout is left for people. GitHub's annotations stand between other lines."""
    return all(one.file or one.name == "github" for one in formats)


def tell(formats: tuple[Wanted, ...], results: Results) -> None:
    """Write them all, before anybody hears that one could not be."""
    sys.stdout.flush()
    refused = None
    for one in formats:
        try:
            one.write(results)
        except Impossible as error:
            refused = error
    if refused:
        raise click.UsageError(refused.text(results.language))
