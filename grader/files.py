"""What students hand in, from disk or from bytes: .py, .ipynb, a folder or a .zip of these, in any usual encoding.

Nothing here parses Python: a hostile nest of brackets can crash a parser, so that happens in the box.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader import archives
from grader.calls import File, Note
from grader.errors import ExplainedHere
from grader.magics import without_magics
from grader.messages import Text
from grader.notebooks import BadNotebook, code_cells

LARGEST = 2_000_000  # bytes, of all files together
MOST = 50  # files
MOST_NOTES = 50  # things noticed: one for every line of a large file would outgrow the file itself
SUFFIXES = frozenset([".py", ".ipynb"])
SKIPPED = frozenset(["__MACOSX", "__pycache__", "node_modules", "site-packages", "venv", "env"])

ADVICE = {  # what to do about a file of another kind
    (".txt", ".text", ".md", ""): Text(
        " If it holds your program, rename it so that it ends in .py.", "如果里面是程序，请把扩展名改成 .py。"
    ),
    (".docx", ".doc", ".wps", ".odt", ".rtf", ".pdf", ".html"): Text(
        " Copy the program out of it into a plain text file that ends in .py.",
        "请把其中的程序复制到纯文本文件里，存成 .py。",
    ),
    (".rar", ".7z", ".gz", ".tar"): Text(" Unpack it, and hand in what is in it.", "请先解压，再提交里面的文件。"),
    (".pyc",): Text(" It is a compiled file: hand in the .py of that name.", "这是编译后的文件：请提交同名的 .py。"),
}


class Unreadable(ExplainedHere):
    """What was handed in cannot be used; `text` says why and what to do."""


@dataclass(frozen=True)
class Source:
    """The files of one submission, and what was noticed while they were read."""

    files: tuple[File, ...]
    notes: tuple[Note, ...] = ()


def read_paths(paths: tuple[Path, ...]) -> Source:
    """Files and folders on disk as one submission. Raises Unreadable."""
    named: list[tuple[str, bytes]] = []
    for path in paths:
        for file in _read_folder(path) if path.is_dir() else [(path.name, _read_file(path, path.name))]:
            named.append(file)
            _refuse_too_much(named)  # before the next one is read
    return read_bytes(tuple(named))


def places(paths: tuple[Path, ...], source: Source, root: Path) -> dict[str, str]:
    """Where each file that `read_paths` gave lies in `root`, else from here; what was in a .zip lies nowhere."""
    found: dict[str, str] = {}
    for path in paths:
        for name in (file.name for file in source.files):
            whole = path / name if path.is_dir() else path
            if whole.is_file() and (path.is_dir() or path.name == name):
                inside = whole.resolve().is_relative_to(root.resolve())
                found[name] = Path(os.path.relpath(whole, root if inside else None)).as_posix()
    return found


def read_bytes(named: tuple[tuple[str, bytes], ...]) -> Source:
    """(name, content) of every file as one submission; a .zip stands for the files in it. Raises Unreadable."""
    _refuse_too_much(list(named))
    unpacked: list[tuple[str, bytes]] = []
    for name, content in named:
        unpacked += _unpack(name, content)
        _refuse_too_much(unpacked)  # before the next one is unpacked
    _refuse_namesakes(tuple(unpacked))
    sources = [_read_one(name, content) for name, content in unpacked]
    return Source(
        tuple(file for source in sources for file in source.files),
        tuple(note for source in sources for note in source.notes)[:MOST_NOTES],
    )


def _unpack(name: str, content: bytes) -> tuple[tuple[str, bytes], ...]:
    if not name.lower().endswith(archives.SUFFIX):
        return ((name, content),)
    try:
        return archives.members(content, _is_usable, MOST, LARGEST)
    except archives.BadArchive as error:
        raise Unreadable(f"{name} {error.text.en}", f"{name} {error.text.zh}") from error


def _is_usable(name: str) -> bool:
    """Whether a file of an archive is looked at, by its name and those of its folders."""
    *folders, last = name.split("/")
    passed_over = SKIPPED & set(folders) or any(part.startswith(".") for part in (*folders, last))
    return Path(last).suffix in SUFFIXES and not passed_over


def _read_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every usable file below the folder; hidden ones, links and environments are passed over."""
    found = False
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and not name.startswith("."))
        for name in sorted(names):
            path = Path(here, name)
            if path.suffix in SUFFIXES and not name.startswith(".") and not path.is_symlink():
                found = True
                shown = path.relative_to(folder).as_posix()
                yield shown, _read_file(path, shown)
    if not found:
        raise Unreadable(
            f"The folder {folder.name or folder} holds no .py and no .ipynb file.",
            f"文件夹 {folder.name or folder} 里没有 .py 或 .ipynb 文件。",
        )


def _read_file(path: Path, shown: str) -> bytes:
    """The bytes of a regular file; its size is looked at before it is read."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable(f"{shown} is not a regular file.", f"{shown} 不是普通文件。")
        _refuse_large(shown, status.st_size)
        with path.open("rb") as stream:
            return stream.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise Unreadable(f"There is no file {path}.", f"找不到文件 {path}。") from error
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise Unreadable(f"{shown} cannot be read: {why}.", f"无法读取 {shown}：{why}。") from error


def _refuse_large(name: str, size: int) -> None:
    if size > LARGEST:
        advice_en, advice_zh = "", ""
        if name.endswith(".ipynb"):
            advice_en = " Clear the outputs of the notebook and save it again."
            advice_zh = "请清除笔记本的全部输出后重新保存。"
        raise Unreadable(
            f"{name} has {size / 1e6:.1f} MB; the limit is {LARGEST // 1_000_000} MB.{advice_en}",
            f"{name} 有 {size / 1e6:.1f} MB；上限是 {LARGEST // 1_000_000} MB。{advice_zh}",
        )


def _refuse_too_much(named: list[tuple[str, bytes]]) -> None:
    for name, content in named:
        _refuse_large(name, len(content))
    if len(named) > MOST:
        raise Unreadable(f"There are more than {MOST} files.", f"文件超过 {MOST} 个。")
    if sum(len(content) for _, content in named) > LARGEST:
        limit = LARGEST // 1_000_000
        raise Unreadable(f"The files together have more than {limit} MB.", f"全部文件合计超过 {limit} MB。")


def _refuse_namesakes(named: tuple[tuple[str, bytes], ...]) -> None:
    """One of two files of one name would be lost, and nobody would know which."""
    seen: set[str] = set()
    for name, _ in named:
        if name in seen:
            raise Unreadable(
                f"There are two files called {name}. Rename one, or hand in only the one that counts.",
                f"有两个文件都叫 {name}。请给其中一个改名，或只提交要评分的那一个。",
            )
        seen.add(name)


def _read_one(name: str, content: bytes) -> Source:
    if Path(name).suffix not in SUFFIXES:
        advice = next((words for kinds, words in ADVICE.items() if Path(name).suffix.lower() in kinds), Text("", ""))
        raise Unreadable(
            f"{name} is neither a .py nor an .ipynb file.{advice.en}",
            f"{name} 既不是 .py 文件，也不是 .ipynb 文件。{advice.zh}",
        )
    text, encoding = _decode(name, content)
    if not text.strip():
        raise Unreadable(f"{name} is empty.", f"{name} 是空文件。")
    notes = (Note("encoding", encoding, name),) if encoding else ()
    source = _read_notebook(name, text) if name.endswith(".ipynb") else _read_script(name, text)
    return Source(source.files, notes + source.notes)


def _decode(name: str, content: bytes) -> tuple[str, str]:
    """The text with plain line ends, and the name of its encoding where that is not UTF-8."""
    marked = content[:2] in {b"\xff\xfe", b"\xfe\xff"}
    tries = [("utf-16", "UTF-16")] if marked else [("utf-8-sig", ""), ("gb18030", "GBK")]
    for codec, shown in tries:
        try:
            text = content.decode(codec)
        except UnicodeDecodeError:
            continue
        if not re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]", text):
            return text.replace("\r\n", "\n").replace("\r", "\n"), shown
    raise Unreadable(f"{name} is not a text file: is it the right one?", f"{name} 不是文本文件：是不是选错了文件？")


def _read_script(name: str, text: str) -> Source:
    kept, left_out = without_magics(text)
    return Source((File(name, kept),), _magic_notes(name, left_out, 1))


def _read_notebook(name: str, text: str) -> Source:
    """Only code cells, in file order; each begins on a line of its own."""
    try:
        cells = code_cells(text)
    except BadNotebook as error:
        raise Unreadable(f"{name} {error.text.en}", f"{name} {error.text.zh}") from error
    if not any(cell.strip() for cell in cells):
        raise Unreadable(f"{name} has no code cell.", f"{name} 里没有代码单元。")
    notes: list[Note] = []
    starts, parts, line = [], [], 1
    for cell in cells:
        kept, left_out = without_magics(cell)
        notes += _magic_notes(name, left_out, line)
        starts.append(line)
        parts.append(kept)
        line += kept.count("\n") + 1
    return Source((File(name, "\n".join(parts) + "\n", tuple(starts)),), tuple(notes))


def _magic_notes(name: str, left_out: list[tuple[int, str]], start: int) -> tuple[Note, ...]:
    return tuple(Note("magic", subject[:80], name, start + line - 1) for line, subject in left_out)
