"""The folder for data, held by one process at a time, and the settings that name it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from grader.errors import Mendable
from grader.messages import Language, Text
from web.settings import Settings, SettingsError

ANOTHER = Text("Name another folder: GRADER_HOME=FOLDER", "换一个文件夹：GRADER_HOME=文件夹")


class Refused(Mendable):
    """It cannot be done as things are; `text` says why, `remedy` what to do."""


@contextmanager
def held(home: Path) -> Iterator[None]:
    """The folder, made where it is missing, is ours until the context or this process ends. Raises Refused."""
    lock = _open(home)
    try:
        _take(lock, home)
        os.truncate(lock, 0)
        os.write(lock, str(os.getpid()).encode())
        yield
    finally:
        os.close(lock)


def _open(home: Path) -> int:
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        (home / "logs").mkdir(exist_ok=True, mode=0o700)
        return os.open(home / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        text = Text(f"{home} cannot be written to: {error.strerror}", f"无法写入 {home}：{error.strerror}")
        raise Refused(text, ANOTHER) from error


def _take(lock: int, home: Path) -> None:
    """By flock: the kernel lets go of it, whatever becomes of us."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(lock, 20).decode("ascii", "replace") or "?"
        text = Text(f"Chainrule runs on {home} already (process {holder})", f"{home} 正在被使用（进程 {holder}）")
        stop = Text(f"Stop it first. {ANOTHER.en}", f"请先停止它，或{ANOTHER.zh}")
        raise Refused(text, stop) from None


@contextmanager
def refusals_in(language: Language) -> Iterator[None]:
    """What is refused inside is said in this language, and ends the command with 2."""
    try:
        yield
    except Refused as refused:
        raise click.ClickException(f"{refused.text(language)}\n→ {refused.remedy(language)}") from refused


def site_settings() -> Settings:
    """The site's, of the environment. Raises Refused."""
    try:
        return Settings.from_environment()
    except SettingsError as error:
        text = Text(f"The settings make no sense: {error}", f"设置有误：{error}")
        raise Refused(text, Text("Change that and try again.", "请修改后重试。")) from error
