"""`grader backup FILE`: one file that holds database, secret and published exercises, made while the service runs."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from cli import assembly, editions_kept
from cli.archive import Manifest, pack, sum_of
from cli.copying import copy_out, revision_of
from cli.home import ANOTHER, Refused, refusals_in, site_settings
from cli.options import language
from grader.messages import Language, Text
from grader.places import data_home
from web.database.schema import newest
from web.settings import Settings

DATABASE = "database.sqlite"
BESIDE = ("secret", "demo.json")  # what else the folder for data may hold that cannot be made again
DONE = Text(
    "Wrote {path} ({size:.1f} MB). It holds everybody's work and the key of the site: keep it as private as the site.",
    "已写入 {path}（{size:.1f} MB）。其中有所有人的作业和网站的密钥，请妥善保管，不要外传。",
)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@language
def backup(file: Path, force: bool, language: Language) -> int:
    """Write database and secret into one file, while the service runs or not."""
    with refusals_in(language):
        if file.exists() and not force:
            there = Text(f"{file} is there already", f"{file} 已经存在")
            raise Refused(there, Text("Name another file, or add --force", "换一个文件名，或加上 --force"))
        _refuse_nothing()
        settings = site_settings()
        revision = _revision_of(settings)
        with unfinished(file) as folder:
            _gather(settings, revision, folder)
            (folder / "archive").replace(file)
    click.echo(DONE(language).format(path=file, size=file.stat().st_size / 1e6))
    return 0


def _refuse_nothing() -> None:
    """Before the settings are read, which would make a folder and a key where there are none."""
    surroundings = assembly.surroundings()
    home = data_home(surroundings)
    if not home.exists() and not surroundings.get("DATABASE_URL"):
        raise _nothing_in(home)


def _nothing_in(home: Path) -> Refused:
    return Refused(Text(f"There is no data in {home}", f"{home} 中没有数据"), ANOTHER)


def _revision_of(settings: Settings) -> str:
    """Of the tables. Raises Refused where there is nothing, or where PostgreSQL's tables are of another version."""
    try:
        found = revision_of(settings.database_url)
    except SQLAlchemyError as error:
        why = first_line(error)
        remedy = Text("Does it run, and does DATABASE_URL name it?", "它在运行吗？DATABASE_URL 是否正确？")
        raise Refused(Text(f"The database cannot be read: {why}", f"无法读取数据库：{why}"), remedy) from error
    if found is None:
        raise _nothing_in(settings.home)
    if found != newest() and not settings.database_url.startswith("sqlite"):
        text = Text("The tables are those of another version", "数据表属于另一个版本")
        raise Refused(
            text, Text("Start that version, or `grader up` to bring them up to date", "请先运行 grader up 升级")
        )
    return found


def _gather(settings: Settings, revision: str, folder: Path) -> None:
    """The archive, in `folder`. Raises OSError, sqlite3.Error, SQLAlchemyError."""
    with editions_kept.undisturbed(settings.published):  # else an edition were in one of the two only
        copy_out(settings.database_url, folder / DATABASE)
        editions_kept.gather(settings.published, folder)
    for name in BESIDE:
        if (settings.home / name).exists():
            shutil.copyfile(settings.home / name, folder / name)
    wanted = (DATABASE, *BESIDE, editions_kept.FILE)
    files = {name: sum_of(folder / name) for name in wanted if (folder / name).exists()}
    kind = "sqlite" if settings.database_url.startswith("sqlite") else "postgresql"
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    pack(folder / "archive", Manifest(version("chainrule"), revision, kind, moment, files), folder)


@contextmanager
def unfinished(file: Path) -> Iterator[Path]:
    """A folder beside the file for what is not finished. It goes in the end; one that a killed run left goes at once.

    Raises Refused, also for what disk and databases have to say inside.
    """
    folder = file.absolute().parent / f".{file.name}.unfinished"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        with _alone(folder, file):
            for left in folder.iterdir():
                left.unlink()
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    except (OSError, sqlite3.Error, SQLAlchemyError) as error:
        why = first_line(error)
        text = Text(f"{file} was not written: {why}", f"未能写入 {file}：{why}")
        raise Refused(text, Text("What was there before is unchanged.", "原有内容没有改动。")) from error


@contextmanager
def _alone(folder: Path, file: Path) -> Iterator[None]:
    lock = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        text = Text(f"Another backup to {file} is under way", f"另一个备份正在写入 {file}")
        raise Refused(text, Text("Wait for its end, or name another file", "等它结束，或换一个文件名")) from None
    finally:
        os.close(lock)


def first_line(error: Exception) -> str:
    """What the disk or a database said, in one line."""
    return getattr(error, "strerror", None) or next(iter(str(error).splitlines()), type(error).__name__)
