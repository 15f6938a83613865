"""A backup's one file: a compressed tar with a manifest in front, which names every file with its size and checksum."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

FORMAT = 1
MANIFEST = "manifest.json"
WORDS = ("version", "revision", "database", "made_at")
LARGEST_MANIFEST = 1 << 20
CHUNK = 1 << 20
UNREADABLE = (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error)


class Damaged(Exception):
    """The file is no backup, or not all of one; the words say what was seen."""


@dataclass(frozen=True)
class Sum:
    """What a file must be: its length in bytes, and its SHA-256 in hexadecimal digits."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """version: of the program; revision: of the tables; database: where they came from; made_at: in UTC, ISO 8601."""

    version: str
    revision: str
    database: str
    made_at: str
    files: Mapping[str, Sum]
    format: int = FORMAT


def sum_of(path: Path) -> Sum:
    """Of a file as it is now."""
    with path.open("rb") as file:
        return Sum(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def pack(target: Path, manifest: Manifest, folder: Path) -> None:
    """Write the files that the manifest names, from `folder`, and see them on the disk. Raises OSError."""
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as out:  # noqa: PTH123 - a descriptor with its mode set
        with tarfile.open(fileobj=out, mode="w:gz", compresslevel=6) as tar:
            text = json.dumps(asdict(manifest), indent=1).encode()
            _add(tar, MANIFEST, len(text), io.BytesIO(text))
            for name, size in manifest.files.items():
                with (folder / name).open("rb") as file:
                    _add(tar, name, size.bytes, file)
        out.flush()
        os.fsync(out.fileno())


def unpack(source: Path, folder: Path) -> Manifest:
    """Write the files into `folder` and check each. Raises Damaged, and OSError where `folder` has no room for them."""
    try:
        with gzip.open(source) as stream, tarfile.open(fileobj=stream, mode="r:") as tar:
            manifest = _manifest(tar)
            names = [_unpack_one(tar, member, manifest, folder) for member in tar if member.name != MANIFEST]
            while stream.read(CHUNK):  # at its end stands a checksum of all of it
                pass
    except UNREADABLE as error:
        raise Damaged(str(error)) from error
    if sorted(names) != sorted(manifest.files):
        raise Damaged(f"it holds {', '.join(names) or 'nothing'} instead of {', '.join(manifest.files)}")
    return manifest


def _add(tar: tarfile.TarFile, name: str, size: int, content: IO[bytes]) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    tar.addfile(member, content)


def _manifest(tar: tarfile.TarFile) -> Manifest:
    first = tar.next()
    content = first and first.name == MANIFEST and tar.extractfile(first)
    if not content:
        raise Damaged("it does not begin with a manifest")
    try:
        data = json.loads(content.read(LARGEST_MANIFEST))
        if data["format"] != FORMAT:
            raise Damaged(f"it has format {data['format']}, and this version reads {FORMAT}")
        files = {str(name): Sum(int(entry["bytes"]), str(entry["sha256"])) for name, entry in data["files"].items()}
        version, revision, database, made_at = (str(data[name]) for name in WORDS)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Damaged(f"its manifest cannot be read: {error}") from error
    return Manifest(version, revision, database, made_at, files)


def _unpack_one(tar: tarfile.TarFile, member: tarfile.TarInfo, manifest: Manifest, folder: Path) -> str:
    expected, content = manifest.files.get(member.name), tar.extractfile(member)
    if expected is None or content is None or "/" in member.name or member.size != expected.bytes:
        raise Damaged(f"{member.name} is not what the manifest says")
    digest = hashlib.sha256()
    descriptor = os.open(folder / member.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as out:  # noqa: PTH123 - a descriptor with its mode set
        while chunk := content.read(CHUNK):
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    if digest.hexdigest() != expected.sha256:
        raise Damaged(f"{member.name} has another checksum than the manifest says")
    return member.name
