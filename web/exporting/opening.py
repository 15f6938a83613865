"""An archive that somebody brings: all of it is checked before any of it is believed; nothing is unpacked to disk."""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from grader.errors import ExplainedHere
from web.exporting import kinds
from web.exporting.writing import FORMAT, VERSION

LARGEST = 4_000_000_000  # bytes, unpacked
LONGEST_LINE = 32_000_000  # bytes: two megabytes of files, written as JSON, and a report
LARGEST_DOCUMENT = 200_000_000  # bytes: the manifest of a million files
MOST = 1_000_000  # files
DEEPEST = 60  # brackets in brackets; a report has a dozen
NAME = re.compile(r"submissions(/[A-Za-z0-9._-]{1,80}){4}")  # exercise, student, number, file
FILES = frozenset(
    ["README.txt", "course.json", "people.json", "people.csv", "gradebook.csv"] + [kind.file for kind in kinds.LISTED]
)
MANIFEST = "manifest.json"
BROKEN = (BadZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)


class Refused(ExplainedHere):
    """This archive is not read; `text` says why."""


DAMAGED = (
    "The archive is damaged: {where} is not as it was written. Export the course once more.",
    "存档已损坏：{where} 与导出时不一致。请重新导出课程。",
)
FOREIGN = (
    "This is no course exported from Chainrule. Bring the .zip as it was exported.",
    "这不是 Chainrule 导出的课程。请使用导出的 .zip 原文件。",
)


def damaged(where: str) -> Refused:
    """Something is not as we wrote it."""
    return Refused(*(text.format(where=where[:100]) for text in DAMAGED))


@dataclass(frozen=True)
class Opened:
    """An archive whose every byte is what its manifest says."""

    zip: ZipFile
    manifest: dict[str, Any]

    def document(self, name: str) -> Any:
        """A whole file of JSON."""
        return _json(_content(self.zip, name), name)

    def lines(self, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each record, and where it stands."""
        with self.zip.open(name) as stream:
            number = 0
            while content := stream.readline(LONGEST_LINE + 1):
                number += 1
                where = f"{name}:{number}"
                record = _json(content, where) if len(content) <= LONGEST_LINE else None
                if not isinstance(record, dict):
                    raise damaged(where)
                yield where, record


@contextmanager
def opened(file: Path | IO[bytes]) -> Iterator[Opened]:
    """Checked from beginning to end. Raises Refused, also while it is read."""
    try:
        with ZipFile(file) as archive:
            infos = archive.infolist()
            _refuse_names(infos)
            manifest = _manifest(archive, infos)
            _verify(archive, infos, manifest)
            yield Opened(archive, manifest)
    except BROKEN as error:
        if isinstance(error, FileNotFoundError | PermissionError):
            raise
        raise (damaged("the zip") if _begins_as_zip(file) else Refused(*FOREIGN)) from error


def _begins_as_zip(file: Path | IO[bytes]) -> bool:
    """A zip that lost its end is damaged; a table or a picture is another file than was meant."""
    if isinstance(file, Path):
        with file.open("rb") as stream:
            return stream.read(2) == b"PK"
    file.seek(0)
    return file.read(2) == b"PK"


def _refuse_names(infos: list[ZipInfo]) -> None:
    """Only files that we write, each once, and not more than anybody's course has."""
    names = [info.orig_filename for info in infos]
    if MANIFEST not in names:
        raise Refused(*FOREIGN)
    if len(names) > MOST or sum(info.file_size for info in infos) > LARGEST:
        raise _too_large()
    for info in infos:
        known = info.orig_filename in {*FILES, MANIFEST} or _is_original(info.orig_filename)
        plain = info.compress_type in {ZIP_STORED, ZIP_DEFLATED} and not info.flag_bits & 0x1
        if not known or not plain or info.filename != info.orig_filename:
            raise Refused(
                f"The archive holds {info.orig_filename[:80]!r}, which no export of ours writes. It is not read.",
                f"存档中有 {info.orig_filename[:80]!r}，不是我们的导出会写的文件，因此不予导入。",
            )
    if len({name.casefold() for name in names}) < len(names):
        raise damaged("the zip")


def _is_original(name: str) -> bool:
    return bool(NAME.fullmatch(name)) and not {".", ".."} & set(name.split("/"))


def _manifest(archive: ZipFile, infos: list[ZipInfo]) -> dict[str, Any]:
    manifest = _json(_content(archive, MANIFEST), MANIFEST)
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT or type(manifest.get("version")) is not int:
        raise Refused(*FOREIGN)
    if manifest["version"] > VERSION:
        raise Refused(
            "This archive was written by a newer version of Chainrule. Update this one, then bring it again.",
            "这份存档由更新版本的 Chainrule 导出。请先升级本系统，再导入。",
        )
    files = manifest.get("files")
    if not isinstance(files, dict) or {*files, MANIFEST} != {info.filename for info in infos} or not {*files} >= FILES:
        raise damaged(MANIFEST)
    return manifest


def _verify(archive: ZipFile, infos: list[ZipInfo], manifest: dict[str, Any]) -> None:
    """What the directory says of sizes is not believed."""
    room = LARGEST
    for info in infos:
        if info.filename == MANIFEST:
            continue
        size, digest = 0, sha256()
        with archive.open(info) as stream:
            while chunk := stream.read(1 << 18):
                size += len(chunk)
                if size > room:
                    raise _too_large()
                digest.update(chunk)
        room -= size
        if manifest["files"][info.filename] != [size, digest.hexdigest()]:
            raise damaged(info.filename)


def _content(archive: ZipFile, name: str) -> bytes:
    with archive.open(name) as stream:
        content = stream.read(LARGEST_DOCUMENT + 1)
    if len(content) > LARGEST_DOCUMENT:
        raise _too_large()
    return content


def _json(content: bytes, where: str) -> Any:
    """Not what Python adds to JSON, and nothing that is nested for harm."""
    try:
        return json.loads(content, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise damaged(where) from error


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _too_large() -> Refused:
    return Refused(
        f"Unpacked, the archive is larger than {LARGEST // 1_000_000_000} GB. It is not read.",
        f"存档解压后超过 {LARGEST // 1_000_000_000} GB，不予导入。",
    )
