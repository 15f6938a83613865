"""`grader export gradescope`: the zip of an autograder, ready to be uploaded."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import tempfile
import zipfile
import zlib
from pathlib import Path

import click

import assignments
from cli import words
from cli.check import named
from cli.online.publish import files_of
from cli.options import language, usage
from cli.verify import DIRECTORY
from cli.writing import Pinned, filled, pinned
from grader.messages import Language, Text
from grader.reading import Sheet

AUTOGRADER = Path(__file__).with_name("autograder")
SEEDS = "seeds"  # the file with the secret from which each submission's seed is made
SCRIPTS = ("setup.sh", "run_autograder")
MOMENT = (2026, 1, 1, 0, 0, 0)  # of every file
UNIX = 3  # whose modes the entries have
UNREADABLE = (OSError, EOFError, KeyError, RuntimeError, ValueError, zipfile.BadZipFile, zlib.error)  # of a zip
SECRET = re.compile(rb"[0-9a-f]{64}\n")
THERE = Text("{path} is there already; --force writes over it.", "{path} 已经存在；--force 会覆盖。")
NOTHING = Text("{directory} holds no exercise {name}.", "{directory} 里没有题目 {name}。")
NEXT = Text(
    "On Gradescope: Autograder Points {points}, base image Ubuntu 22.04 or newer, then upload {path}.",
    "在 Gradescope 上：把 Autograder Points 设为 {points}，选择 Ubuntu 22.04 或更新的镜像，然后上传 {path}。",
)


@click.group()
def export() -> None:
    """Exercises for other systems."""


@export.command()
@click.argument("name", metavar="EXERCISE")
@click.option("-o", "--to", "path", metavar="FILE.zip", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--exercises", metavar="DIR", type=DIRECTORY, help="Exercises of your own. [default: those installed]")
@click.option(
    "--source", metavar="URL@COMMIT", help="Where Gradescope takes Chainrule from. [default: where this is from]"
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@language
def gradescope(
    name: str, path: Path | None, exercises: Path | None, source: str | None, force: bool, language: Language
) -> int:
    """The autograder of EXERCISE as a zip for Gradescope: it takes Chainrule from one commit, and grades in the box.

    Students see what a results.json may show them: of hidden checks title, verdict and points. The same submission
    graded again has the same inputs and the same score: a file that is written over hands its secret on, and where
    nothing else has changed either, it is the same file. Only you can read it.
    """
    to = path or Path(f"{name}-gradescope.zip")
    sheet = _sheet(name, exercises, language)
    where = pinned(source, language)
    if to.exists() and not force:
        usage(Text(THERE.en.format(path=to), THERE.zh.format(path=to)), language)
    found = contents(sheet.name, exercises, where, language)
    try:
        _write(to, {**found, SEEDS: _secret_in(to) or secrets.token_hex(32) + "\n"})
    except OSError as error:
        raise click.FileError(str(to), error.strerror or str(error)) from error
    click.echo(words.WRITTEN(language).format(path=to), err=True)
    click.echo(NEXT(language).format(points=f"{sheet.points:g}", path=to.name))
    return 0


def contents(name: str, exercises: Path | None, where: Pinned, language: Language) -> dict[str, str]:
    """Path → content of every file of the zip, but for the secret."""
    options = '--exercises "$home/source/exercises"' if exercises else ""
    blanks = {"URL": where.url, "COMMIT": where.commit, "EXERCISE": name, "LANGUAGE": language, "OPTIONS": options}
    scripts = {script: (AUTOGRADER / script).read_text(encoding="utf-8") for script in SCRIPTS}
    found = {script: filled(text, blanks).replace(" \n", "\n") for script, text in scripts.items()}
    own = files_of(assignments.path_of(name, exercises), exercises) if exercises else {}
    return found | {f"exercises/{path}": text for path, text in own.items()}


def _sheet(name: str, exercises: Path | None, language: Language) -> Sheet:
    if exercises is None:
        named(name, language)
    known = {sheet.name: sheet for sheet in assignments.sheets(exercises or assignments.HERE)}
    if name not in known:
        usage(Text(*(text.format(directory=exercises, name=name) for text in (NOTHING.en, NOTHING.zh))), language)
    return known[name]


def _secret_in(path: Path) -> str:
    """What an autograder that was made before draws its inputs from; empty where this is none."""
    with contextlib.suppress(*UNREADABLE):
        with zipfile.ZipFile(path) as made, made.open(SEEDS) as stream:
            found = stream.read(100)
        return found.decode() if SECRET.fullmatch(found) else ""
    return ""


def _write(to: Path, files: dict[str, str]) -> None:
    """All of it or what was there before, for nobody else to read: who knows the secret foresees the inputs."""
    with tempfile.TemporaryDirectory(prefix=f".{to.name}-", dir=to.parent) as folder:
        draft = Path(folder, to.name)
        draft.touch(mode=0o600)
        with draft.open("r+b") as stream:
            with zipfile.ZipFile(stream, "w") as made:
                for path, text in files.items():
                    _add(made, path, text)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(to)


def _add(made: zipfile.ZipFile, path: str, text: str) -> None:
    """Scripts may be run: some unpack a zip with the modes in it."""
    entry = zipfile.ZipInfo(path, MOMENT)
    entry.create_system = UNIX
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = (0o100755 if path in SCRIPTS else 0o100644) << 16
    made.writestr(entry, text)
