"""What can be used of a zip archive, without a file being written: the directory is checked first, then little is read.

Names that no honest archive holds refuse it as a whole. What is not wanted is passed over and never unpacked.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unicodedata import normalize
from zipfile import ZipFile, ZipInfo

from grader.errors import ExplainedHere

SUFFIX = ".zip"
METHODS = frozenset([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])  # others can ask for much memory
STEEPEST = 100  # bytes unpacked for one that is packed; source and notebooks come to 20
SMALL = 1 << 16  # bytes: below it, steepness is no danger
LONGEST_NAME = 300
MOST_ENTRIES = 12_000  # a directory costs time for each, and says nothing of how large the archive is
ENCRYPTED, UTF_8 = 0x1, 0x800  # bits of an entry's flags
LOCAL_HEADER = struct.Struct("<26xHH")  # the lengths of name and extra field, at the end of 30 bytes
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    OverflowError,
    ValueError,
)

Entry = tuple[str, ZipInfo]


class BadArchive(ExplainedHere):
    """Why this archive is refused, as the rest of a sentence that begins with its name."""


@dataclass(frozen=True)
class Directory:
    """An archive whose directory has been read, once: whoever wants several things of it does not read it again."""

    content: bytes
    archive: ZipFile
    entries: tuple[Entry, ...]

    def members(self, wanted: Callable[[str], bool], most: int, largest: int) -> tuple[tuple[str, bytes], ...]:
        """(name, content) of every wanted file: at most `most`, of `largest` bytes together. Raises BadArchive."""
        with _readable():
            entries = _chosen(self.entries, wanted, most, largest)
            _refuse_overlaps(self.content, self.archive.start_dir, entries)
            return tuple(_read(self.archive, entries, largest))


def opened(content: bytes) -> Directory:
    """An archive all of whose names are sound. Raises BadArchive."""
    with _readable():
        archive = ZipFile(io.BytesIO(content))
        infos = archive.infolist()
        if len(infos) > MOST_ENTRIES:
            raise BadArchive(
                f"holds more than {MOST_ENTRIES} files and folders. Pack your own files only.",
                f"里的文件和文件夹超过 {MOST_ENTRIES} 个。请只打包自己的文件。",
            )
        entries = tuple((_name(info), info) for info in infos)
        for name, info in entries:
            _refuse_name(name, info)
        return Directory(content, archive, entries)


def members(content: bytes, wanted: Callable[[str], bool], most: int, largest: int) -> tuple[tuple[str, bytes], ...]:
    """The same of an archive of which nothing else is wanted. Raises BadArchive."""
    return opened(content).members(wanted, most, largest)


@contextmanager
def _readable() -> Iterator[None]:
    """Raises BadArchive where the library finds it broken."""
    try:
        yield
    except BROKEN as error:
        raise BadArchive(
            "cannot be opened: it is damaged, or no zip archive. Pack the files once more, as .zip, not .rar or .7z.",
            "无法打开：文件已损坏，或者不是 zip 压缩包。请重新打包为 .zip，不要用 .rar 或 .7z。",
        ) from error


def _chosen(entries: Iterable[Entry], wanted: Callable[[str], bool], most: int, largest: int) -> list[Entry]:
    """The wanted entries, each of them sound by what the directory says."""
    files = [(name, info) for name, info in entries if not name.endswith("/")]
    if any(name.lower().endswith(SUFFIX) and wanted(f"{name}.py") for name, _ in files):
        raise BadArchive("holds another archive. Pack the files themselves.", "里面还有压缩包。请直接打包文件本身。")
    chosen = [(name, info) for name, info in files if wanted(name)]
    if not chosen:
        raise BadArchive("holds no .py and no .ipynb file.", "里没有 .py 或 .ipynb 文件。")
    if len(chosen) > most:
        raise BadArchive(f"holds more than {most} files.", f"里的文件超过 {most} 个。")
    for name, info in chosen:
        _refuse_entry(name, info)
    _refuse_namesakes([name for name, _ in chosen])
    if sum(info.file_size for _, info in chosen) > largest:
        raise _too_large(largest)
    return chosen


def _name(info: ZipInfo) -> str:
    """The name as it was meant. Where no flag says UTF-8, it is that all the same, or GBK, or of the first PCs."""
    name = info.orig_filename
    if not info.flag_bits & UTF_8:
        raw = name.encode("cp437")
        for codec in ("utf-8", "gb18030"):
            try:
                name = raw.decode(codec)
                break
            except UnicodeDecodeError:
                continue
    return normalize("NFC", name).replace("\\", "/").removeprefix("./")


def _refuse_name(name: str, info: ZipInfo) -> None:
    parts = name.removesuffix("/").split("/")
    absolute = re.match(r"/|[A-Za-z]:", name)
    unprintable = re.search(r"[\x00-\x1f\x7f\ud800-\udfff]", name + info.orig_filename)
    if absolute or unprintable or {"", ".", ".."} & set(parts) or len(name) > LONGEST_NAME:
        raise BadArchive(
            "holds a file whose name leads out of the archive or is no name. Pack the folder anew.",
            "里有一个文件，其名称指向压缩包之外，或者不是有效的文件名。请重新打包文件夹。",
        )


def _refuse_entry(name: str, info: ZipInfo) -> None:
    """A file that is wanted must be a plain one."""
    if info.flag_bits & ENCRYPTED:
        raise BadArchive("is protected by a password. Pack it without one.", "有密码保护。请不设密码重新打包。")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in {0, stat.S_IFREG}:
        raise BadArchive(f"holds {name}, which is no regular file.", f"里的 {name} 不是普通文件。")
    if info.compress_type not in METHODS:
        raise BadArchive(
            f"packs {name} in an unusual way. Use the zip of your system.",
            f"里的 {name} 用了不常见的压缩方式。请使用系统自带的 zip 打包。",
        )
    if info.file_size > max(STEEPEST * info.compress_size, SMALL):
        raise BadArchive(f"packs {name} too tightly to be source code.", f"里的 {name} 压缩率过高，不可能是源代码。")


def _refuse_namesakes(names: list[str]) -> None:
    if len(set(names)) < len(names):
        twice = next(name for place, name in enumerate(names) if name in names[:place])
        raise BadArchive(f"holds two files called {twice}.", f"里有两个文件都叫 {twice}。")


def _refuse_overlaps(content: bytes, end: int, entries: list[Entry]) -> None:
    """Each byte belongs to one file: else a small archive holds the same large file many times."""
    for _, info in sorted(entries, key=lambda entry: entry[1].header_offset, reverse=True):
        start = info.header_offset
        name, extra = LOCAL_HEADER.unpack_from(content, start)
        if start + LOCAL_HEADER.size + name + extra + info.compress_size > end:
            raise BadArchive("holds files that overlap.", "里的文件互相重叠。")
        end = start


def _read(archive: ZipFile, entries: list[Entry], largest: int) -> Iterator[tuple[str, bytes]]:
    """What the directory says of sizes is not believed."""
    room = largest
    for name, info in entries:
        with archive.open(info) as stream:
            content = stream.read(room + 1)
        room -= len(content)
        if room < 0:
            raise _too_large(largest)
        yield name, content


def _too_large(largest: int) -> BadArchive:
    millions = largest // 1_000_000
    return BadArchive(f"has more than {millions} MB when unpacked.", f"解压后超过 {millions} MB。")
