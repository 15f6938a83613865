"""A zip of Ada's stands for the files in it; one of Mallory's is refused in words, quickly, and nothing of it is believed."""

from __future__ import annotations

import contextlib
import io
import random
import stat
import struct
import time
import tracemalloc
import warnings
import zlib
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZipFile, ZipInfo

import pytest

from grader.archives import SMALL
from grader.files import LARGEST, MOST, Unreadable, read_bytes, read_paths

ADA = "def product_backward(x, w, upstream):\n    return w * upstream, x * upstream\n"


def archive(*entries: tuple[str | ZipInfo, str | bytes], method: int = ZIP_DEFLATED) -> bytes:
    """A zip as Python writes it."""
    stream = io.BytesIO()
    with ZipFile(stream, "w", method) as made, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a name twice
        for name, content in entries:
            made.writestr(name, content, method)
    return stream.getvalue()


def raw(name: bytes, content: bytes, *, flags: int = 0, method: int = 8, extra: bytes = b"", **lies) -> bytes:
    """A zip of one file, byte by byte; `lies` are what its directory says falsely: packed, size, offset, system, mode, crc."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush() if method == 8 else content
    crc = lies.get("crc", zlib.crc32(content))
    sizes = (crc, lies.get("packed", len(packed)), lies.get("size", len(content)), len(name))
    local = struct.pack("<4s5HIIIHH", b"PK\3\4", 20, flags, method, 0, 0, *sizes, 0) + name + packed
    start = struct.pack(
        "<4s6HIIIHH", b"PK\1\2", lies.get("system", 3 << 8), 20, flags, method, 0, 0, *sizes, len(extra)
    )
    rest = struct.pack("<HHHII", 0, 0, 0, lies.get("mode", 0o100644) << 16, lies.get("offset", 0))
    directory = start + rest + name + extra
    end = struct.pack("<4s4HIIH", b"PK\5\6", 0, 0, 1, 1, len(directory), len(local), 0)
    return local + directory + end


def read(content: bytes, name: str = "homework.zip") -> dict[str, str]:
    return {file.name: file.text for file in read_bytes(((name, content),)).files}


def refused(content: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        read(content)
    text = caught.value.text
    assert text.en.startswith("homework.zip ")
    assert text.zh.startswith("homework.zip ")
    return text.en


# Ada's -------------------------------------------------------------------------------------------------


def test_a_zip_stands_for_the_files_in_it():
    assert read(archive(("hw1/ada.py", ADA), ("hw1/more.py", "x = 1\n"))) == {
        "hw1/ada.py": ADA,
        "hw1/more.py": "x = 1\n",
    }


def test_what_is_not_the_students_is_passed_over():
    """A Mac adds its own; whole environments, data and pictures come along."""
    others = [
        "__MACOSX/._ada.py",
        ".git/hook.py",
        "venv/lib/x.py",
        "data.csv",
        "plot.png",
        "hw/.ipynb_checkpoints/ada.ipynb",
    ]
    link = ZipInfo("venv/bin/python")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    content = archive(
        ("hw/", b""), ("hw/ada.py", ADA), *[(name, b"\0" * 100) for name in others], (link, "/usr/bin/python")
    )
    assert list(read(content)) == ["hw/ada.py"]


def test_a_zip_of_many_pictures_and_one_file_is_read():
    assert list(read(archive(*[(f"{n}.png", b"x") for n in range(3 * MOST)], ("ada.py", ADA)))) == ["ada.py"]


@pytest.mark.parametrize(
    ("stored", "flags"),
    [("求导.py".encode(), 0x800), ("求导.py".encode(), 0), ("求导.py".encode("gbk"), 0)],
    ids=["flagged", "of a Mac", "of Windows"],
)
def test_chinese_names_are_read_whatever_packed_them(stored, flags):
    assert list(read(raw(stored, ADA.encode(), flags=flags))) == ["求导.py"]


def test_backslashes_of_old_windows_packers_are_folders():
    assert list(read(raw(b"hw1\\ada.py", ADA.encode()))) == ["hw1/ada.py"]


def test_a_zip_from_the_command_line_is_read_beside_other_files(tmp_path):
    (tmp_path / "homework.ZIP").write_bytes(archive(("ada.py", ADA)))
    (tmp_path / "more.py").write_text("x = 1\n")
    source = read_paths((tmp_path / "homework.ZIP", tmp_path / "more.py"))
    assert [file.name for file in source.files] == ["ada.py", "more.py"]


def test_two_files_of_one_name_are_refused_also_across_archives():
    with pytest.raises(Unreadable, match=r"two files called ada\.py"):
        read_bytes((("a.zip", archive(("ada.py", ADA))), ("b.zip", archive(("ada.py", ADA)))))


def test_a_file_in_a_zip_is_held_to_what_every_file_is():
    with pytest.raises(Unreadable, match="is empty"):
        read(archive(("ada.py", "")))


# Mallory's ---------------------------------------------------------------------------------------------


def linked(name: str = "ada.py", kind: int = stat.S_IFLNK) -> bytes:
    info = ZipInfo(name)
    info.external_attr = (kind | 0o777) << 16
    return archive((info, "/etc/passwd"))


def overlapping(count: int = 20) -> bytes:
    """Every entry of the directory points at the same packed file."""
    made = bytearray(archive(*[(f"{n:02}.py", "x = 1\n" * 9000) for n in range(count)]))
    place = 0
    while (place := made.find(b"PK\1\2", place + 1)) > 0:
        made[place + 42 : place + 46] = struct.pack("<I", 0)
    return bytes(made)


ZIP64 = struct.pack("<HHQQ", 1, 16, 1 << 62, 10)
HOSTILE = {
    "no zip": (b"Rar!\x1a\x07\x00" + b"x" * 100, "damaged, or no zip"),
    "nothing": (b"", "damaged, or no zip"),
    "no file": (archive(), "no .py and no .ipynb"),
    "nothing usable": (archive(("plot.png", "x")), "no .py and no .ipynb"),
    "bomb": (archive(("ada.py", b"#" * LARGEST)), "too tightly"),
    "bomb in parts": (archive(*[(f"{n}.py", b"#" * SMALL) for n in range(40)]), "more than 2 MB when unpacked"),
    "bomb that lies": (raw(b"ada.py", b"#" * 5_000_000, size=1000), "damaged"),
    "bomb that lies about all": (raw(b"ada.py", b"#" * 5_000_000, size=1000, crc=0), "damaged"),
    "gigabytes in the directory": (raw(b"ada.py", b"x = 1\n", size=0xFFFFFFF0), "too tightly"),
    "zip64 lies": (raw(b"ada.py", b"x = 1\n", size=0xFFFFFFFF, packed=0xFFFFFFFF, extra=ZIP64), "too tightly"),
    "zip64 without its field": (
        raw(b"ada.py", b"x = 1\n", size=0xFFFFFFFF, packed=0xFFFFFFFF),
        "more than 2 MB|damaged",
    ),
    "overlap": (overlapping(), "overlap"),
    "overlap with the directory": (raw(b"ada.py", b"x = 1\n", packed=40), "overlap"),
    "offset beyond the end": (raw(b"ada.py", b"x = 1\n", offset=1 << 30), "damaged"),
    "link": (linked(), "no regular file"),
    "pipe": (linked(kind=stat.S_IFIFO), "no regular file"),
    "device": (linked(kind=stat.S_IFCHR), "no regular file"),
    "absolute": (archive(("/etc/ada.py", ADA)), "leads out"),
    "absolute and of no interest": (archive(("/etc/passwd", "x"), ("ada.py", ADA)), "leads out"),
    "drive": (archive(("C:/ada.py", ADA)), "leads out"),
    "up": (archive(("../ada.py", ADA)), "leads out"),
    "up in the middle": (archive(("hw/../../ada.py", ADA)), "leads out"),
    "up with backslashes": (raw(b"..\\ada.py", ADA.encode()), "leads out"),
    "not normal": (archive(("hw//ada.py", ADA)), "leads out"),
    "no name": (raw(b"", ADA.encode()), "leads out"),
    "NUL in a name": (raw(b"ada.py\0.png", ADA.encode()), "leads out"),
    "line end in a name": (raw(b"ada\n.py", ADA.encode()), "leads out"),
    "long name": (archive((f"{'a' * 400}.py", ADA)), "leads out"),
    "twice": (archive(("ada.py", ADA), ("ada.py", "x = 1\n")), "two files called ada.py"),
    "twice in two spellings": (archive(("caf\u00e9.py", ADA), ("cafe\u0301.py", ADA)), "two files called"),
    "encrypted": (raw(b"ada.py", b"secret bytes", flags=1), "password"),
    "zip in zip": (archive(("inner.zip", archive(("ada.py", ADA))), ("ada.py", ADA)), "another archive"),
    "too many": (archive(*[(f"{n}.py", ADA) for n in range(MOST + 1)]), "more than 50"),
    "lzma": (archive(("ada.py", ADA), method=ZIP_LZMA), "unusual way"),
    "bzip2": (archive(("ada.py", ADA), method=ZIP_BZIP2), "unusual way"),
    "wrong checksum": (raw(b"ada.py", ADA.encode(), crc=7), "damaged"),
    "name that is no UTF-8": (raw(b"\xff\xfe.py", ADA.encode(), flags=0x800), "damaged"),
    "cut": (archive(("ada.py", ADA))[:-30], "damaged"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_is_refused_in_words(name):
    content, words = HOSTILE[name]
    assert any(word in refused(content) for word in words.split("|"))


def test_many_zips_at_once_are_refused_before_all_of_them_are_unpacked():
    """Each is within the limits: fifty of them, in less than half a megabyte, were a hundred."""
    zips = [archive(*[(f"{zip_}-{n}.py", b"#" * 39_000) for n in range(MOST)]) for zip_ in range(MOST)]
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable):
            read_bytes(tuple((f"{number}.zip", content) for number, content in enumerate(zips)))
        assert tracemalloc.get_traced_memory()[1] < 8 * LARGEST
    finally:
        tracemalloc.stop()


def test_a_bomb_takes_neither_time_nor_memory():
    """Fifty megabytes in fifty kilobytes, whose directory says a thousand bytes."""
    bomb = raw(b"ada.py", b"#" * 50_000_000, size=1000)
    tracemalloc.start()
    started = time.perf_counter()
    refused(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert time.perf_counter() - started < 1
    assert peak < 4 * LARGEST


def test_ten_thousand_entries_are_looked_through_in_time():
    content = archive(*[(f"{n}", b"") for n in range(10_000)], ("ada.py", ADA))
    started = time.perf_counter()
    assert list(read(content)) == ["ada.py"]
    assert time.perf_counter() - started < 2


def test_any_bytes_are_files_or_refused():
    """A thousand archives with a few bytes changed, cut or doubled."""
    seeds = [
        archive(("hw/ada.py", ADA), ("more.py", "x = 1\n")),
        overlapping(3),
        raw(b"ada.py", b"x = 1\n", extra=ZIP64),
    ]
    chance = random.Random(7)
    for _ in range(1000):
        content = bytearray(chance.choice(seeds))
        for _ in range(chance.randrange(1, 6)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        if chance.random() < 0.3:
            content = content[chance.randrange(40) : len(content) - chance.randrange(40)]
        with contextlib.suppress(Unreadable):
            read(bytes(content))
