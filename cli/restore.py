"""`grader restore FILE`: put back what a backup holds. The folder for data is exchanged as a whole, in one step."""

from __future__ import annotations

import ctypes
import errno
import itertools
import os
import secrets
import shutil
import time
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from cli import editions_kept
from cli.archive import Damaged, unpack
from cli.backup import BESIDE, DATABASE, first_line
from cli.copying import NotEmpty, copy_in, known_revisions, sqlite_file
from cli.home import Refused, held, refusals_in, site_settings
from cli.options import language
from grader.messages import Language, Text
from web.settings import Settings

UNFINISHED = "unfinished"  # a folder with this file in it was never in use, and goes with the next restore
AT_FDCWD, RENAME_EXCHANGE = -100, 2
AS_BEFORE = Text("What was there before is unchanged.", "原有内容没有改动。")
DONE = Text("Restored {path} into {home}. `grader up` starts it.", "已将 {path} 恢复到 {home}。用 grader up 启动。")
ASIDE = Text(
    "What was there before is in {old}; remove it when all is well.", "原来的数据保存在 {old}，确认无误后可以删除。"
)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@language
def restore(file: Path, language: Language) -> int:
    """Put back what `backup` wrote: all of it or nothing. The service must not run."""
    with refusals_in(language):
        settings = site_settings()
        home = settings.home.absolute()
        with held(home):
            old = _restore(file, home, settings)
    click.echo(DONE(language).format(path=file, home=home))
    if old:
        click.echo(ASIDE(language).format(old=old))
    return 0


def _restore(file: Path, home: Path, settings: Settings) -> Path | None:
    """Where the former folder is now, if there was data in it. Raises Refused."""
    url = settings.database_url
    published = (settings.published or home / "published").absolute()
    target = sqlite_file(url)
    _sweep(home)
    staged = home.with_name(f".{home.name}.restore-{secrets.token_hex(4)}")
    try:
        staged.mkdir(mode=0o700)
        (staged / UNFINISHED).touch()
        _unpack(file, staged)
        if target is None:
            _fill(staged / DATABASE, url)
            _take_beside(staged, home)
            editions_kept.put_back(staged, published)
            return None
        if target.absolute() != home / target.name:
            text = Text(f"DATABASE_URL names {target}, outside {home}", f"DATABASE_URL 指向 {home} 之外的 {target}")
            raise Refused(text, Text("Unset DATABASE_URL", "请取消设置 DATABASE_URL"))
        (staged / DATABASE).rename(staged / target.name)
        inside = published.is_relative_to(home)
        editions_kept.put_back(staged, staged / published.relative_to(home) if inside else published)
        return _exchange(staged, home, target.name)
    except Damaged as error:
        raise _damaged(file, error) from error
    except OSError as error:
        why = first_line(error)
        raise Refused(Text(f"{file} was not restored: {why}", f"未能恢复 {file}：{why}"), AS_BEFORE) from error
    finally:
        if (staged / UNFINISHED).exists():
            shutil.rmtree(staged, ignore_errors=True)


def _sweep(home: Path) -> None:
    """What killed runs have left: the former data of one that was all but done are kept, what was never in use goes."""
    for left in home.parent.glob(f".{home.name}.restore-*"):
        if (left / UNFINISHED).exists():
            shutil.rmtree(left, ignore_errors=True)
        else:
            _put_aside(left, home)


def _unpack(file: Path, staged: Path) -> None:
    try:
        manifest = unpack(file, staged)
    except Damaged as error:
        raise _damaged(file, error) from error
    if manifest.revision not in known_revisions():
        text = Text(
            f"{file} was made by a newer version ({manifest.version}, tables {manifest.revision})",
            f"{file} 由更新的版本（{manifest.version}，数据表 {manifest.revision}）生成",
        )
        raise Refused(text, Text("Install that version first", "请先安装该版本"))


def _damaged(file: Path, error: Damaged) -> Refused:
    return Refused(
        Text(f"{file} is damaged or no backup: {error}", f"{file} 已损坏，或不是备份文件：{error}"), AS_BEFORE
    )


def _fill(database: Path, url: str) -> None:
    try:
        copy_in(database, url)
    except NotEmpty:
        text = Text("The database that DATABASE_URL names holds data already", "DATABASE_URL 所指的数据库中已有数据")
        raise Refused(
            text, Text("Make an empty one (createdb) and name that", "请新建一个空数据库（createdb）并指向它")
        ) from None
    except SQLAlchemyError as error:
        why = first_line(error)
        raise Refused(Text(f"The database was not filled: {why}", f"未能写入数据库：{why}"), AS_BEFORE) from error


def _take_beside(staged: Path, home: Path) -> None:
    for name in BESIDE:
        if (staged / name).exists():
            (staged / name).replace(home / name)


def _exchange(staged: Path, home: Path, database: str) -> Path | None:
    """The step before which all is old, and after which all is new."""
    _give_to_owner(staged, home)
    descriptor = os.open(staged, os.O_RDONLY)
    (staged / UNFINISHED).unlink()
    os.fsync(descriptor)
    os.close(descriptor)
    number = swap(staged, home)
    if number:
        (staged / UNFINISHED).touch()
        raise _no_exchange(home, number)
    if not (staged / database).exists():
        shutil.rmtree(staged)  # a folder that was made by this very command
        return None
    return _put_aside(staged, home)


def _put_aside(old: Path, home: Path) -> Path:
    name = f"{home.name}.before-{time.strftime('%Y%m%d-%H%M%S')}"
    names = itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))
    return old.rename(next(place for place in map(home.with_name, names) if not place.exists()))


def _give_to_owner(staged: Path, home: Path) -> None:
    """Root may restore for another user."""
    owner = home.stat()
    if os.geteuid() != owner.st_uid:
        for path in (staged, *staged.rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid)


def swap(one: Path, other: Path) -> int:
    """Put two folders each in place of the other, in one step of the kernel's; its error number, 0 where it is done."""
    places = os.fsencode(one), os.fsencode(other)
    done = ctypes.CDLL(None, use_errno=True).renameat2(AT_FDCWD, places[0], AT_FDCWD, places[1], RENAME_EXCHANGE)
    return ctypes.get_errno() if done != 0 else 0


def _no_exchange(home: Path, number: int) -> Exception:
    if number not in {errno.EBUSY, errno.EXDEV, errno.EINVAL, errno.ENOSYS}:
        return OSError(number, os.strerror(number))
    text = Text(
        f"{home} cannot be exchanged: it is a mount point, or on a file system that cannot do this",
        f"无法替换 {home}：它是挂载点，或所在的文件系统不支持这一操作",
    )
    inside = f"GRADER_HOME={home}/data"
    return Refused(text, Text(f"Use a folder in it: {inside}", f"请使用其中的文件夹：{inside}"))
