"""What students hand in is read as they meant it, or refused with a reason that helps."""

from __future__ import annotations

import contextlib
import json
import os
import time
from pathlib import Path

import pytest

from grader.files import LARGEST, MOST, MOST_NOTES, Source, Unreadable, read_bytes, read_paths

ADA = "def product_backward(x, w, upstream):\n    return w * upstream, x * upstream\n"


def read(content: bytes | str, name: str = "ada.py") -> Source:
    return read_bytes(((name, content.encode() if isinstance(content, str) else content),))


def notebook(*cells: object, **more: object) -> str:
    listed = [{"cell_type": "code", "source": cell, "outputs": [], "metadata": {}} for cell in cells]
    return json.dumps({"cells": listed, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more})


def refused(content: bytes | str, name: str = "ada.py") -> str:
    with pytest.raises(Unreadable) as caught:
        read(content, name)
    text = caught.value.text
    assert text.zh
    assert text.zh != text.en
    return text.en


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_the_usual_encodings_give_the_same_text(codec):
    source = "# 求导：链式法则\n" + ADA
    assert read(source.encode(codec)).files[0].text == source


def test_an_unusual_encoding_is_remarked_and_a_byte_order_mark_is_not():
    assert [n.subject for n in read("# 梯度\n".encode("gbk")).notes] == ["GBK"]
    assert not read("# 梯度\n".encode("utf-8-sig")).notes


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_of_other_systems_become_newlines(end):
    assert read(ADA.replace("\n", end)).files[0].text == ADA


def test_only_code_cells_count_and_each_cell_knows_its_first_line():
    cells = [
        {"cell_type": "code", "source": ["a = 1\n", "b = 2"]},
        {"cell_type": "markdown", "source": "# not code"},
        {"cell_type": "code", "source": "c = 3\n"},
    ]
    file = read(json.dumps({"cells": cells}), "ada.ipynb").files[0]
    lines = file.text.split("\n")
    assert "not code" not in file.text
    assert [lines[start - 1] for start in file.cells] == ["a = 1", "c = 3"]


@pytest.mark.parametrize(
    "line", ["%matplotlib inline", "!pip install numpy", "np.dot?", "?np.dot", "np.sum??", "names = !ls", "%%time"]
)
def test_a_notebook_line_is_left_out_with_a_note_and_line_numbers_stay(line):
    source = read(notebook(f"{line}\nx = 1", "y = 2"), "ada.ipynb")
    file = source.files[0]
    compile(file.text, "ada", "exec")
    assert file.text.split("\n")[1] == "x = 1"
    assert [(note.code, note.subject, note.line) for note in source.notes] == [("magic", line, 1)]


def test_a_magic_in_a_block_leaves_a_body_behind():
    text = read("if True:\n    %matplotlib inline\n").files[0].text
    compile(text, "ada", "exec")
    assert text.startswith("if True:\n    pass")


def test_a_magic_before_a_future_import_does_not_break_it():
    compile(
        read(notebook("%matplotlib inline\nfrom __future__ import annotations"), "a.ipynb").files[0].text, "a", "exec"
    )


def test_of_very_many_magics_some_are_told():
    """One line of a few bytes would otherwise become a remark of hundreds, kept, sent and shown."""
    source = read(ADA + "%a\n" * 100_000)
    assert len(source.notes) == MOST_NOTES
    assert [note.line for note in source.notes[:2]] == [3, 4]


@pytest.mark.parametrize(
    "source",
    [
        "z = (10\n     %x)\n",
        "z = 10 \\\n  %x\n",
        '"""\nIs it right?\n%not magic\n!nor this\n"""\n',
        "ok = x != 1\n",
        "'''it's'''\nz = [1, # (\n %x]\n",
    ],
)
def test_python_that_looks_like_a_magic_stays(source):
    assert read(source) == Source(read(source).files)
    assert read(source).files[0].text == source


def test_a_cell_in_another_language_is_left_out_whole():
    file = read(notebook("%%bash\nrm -r old\nls", "x = 1"), "ada.ipynb").files[0]
    compile(file.text, "ada", "exec")
    assert file.text.split("\n")[file.cells[1] - 1] == "x = 1"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b" \n\t\n", "is empty"),
        (b"\x7fELF\x02\x01\x01\x00\x00", "not a text file"),
        (os.urandom(4096) + b"\0\xff", "not a text file"),
        (b"#" * (LARGEST + 1), "the limit is 2 MB"),
    ],
)
def test_what_is_no_source_is_refused(content, words):
    assert words in refused(content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("x = 1", "not valid JSON"),
        ("[]", "not a Jupyter notebook"),
        ('{"cells": 3}', "not a Jupyter notebook"),
        ("[" * 100_000, "nested too deeply"),
        ('{"cells": [], "cells": []}', "a key occurs twice"),
        ('{"cells": [], "a": NaN}', "NaN is no JSON"),
        ('{"cells": [{"cell_type": "code", "source": [1]}]}', "without source text"),
        ('{"cells": [{"cell_type": "code", "source": "\\u0000"}]}', "not text"),
        ('{"worksheets": []}', "old format"),
        (notebook(), "no code cell"),
    ],
)
def test_what_is_no_notebook_is_refused(content, words):
    assert words in refused(content, "ada.ipynb")


def test_half_a_character_in_a_notebook_does_no_harm():
    text = read('{"cells": [{"cell_type": "code", "source": "a = \\"\\ud800\\""}]}', "a.ipynb").files[0].text
    text.encode()


@pytest.mark.parametrize(
    "hostile", [" " * 1_900_000, '\\"' * 900_000, "'" * 1_900_000, "(" * 1_900_000, "a." * 900_000]
)
@pytest.mark.parametrize("name", ["mallory.py", "mallory.ipynb"])
def test_reading_takes_no_longer_for_hostile_text(hostile, name):
    """Mallory's two megabytes cost a second or two, not an hour."""
    start = time.perf_counter()
    for text in (f"x{hostile}", f'"{hostile}'):
        with contextlib.suppress(Unreadable):
            read(text, name)
    assert time.perf_counter() - start < 5


def test_a_folder_is_read_in_order_without_what_is_not_the_students(tmp_path: Path):
    for name in ["b.py", "a.py", ".hidden.py", "sub/c.py", "venv/lib.py", "notes.txt"]:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x = 1\n")
    (tmp_path / "link.py").symlink_to("/etc/hostname")
    assert [file.name for file in read_paths((tmp_path,)).files] == ["a.py", "b.py", "sub/c.py"]


def test_paths_that_hold_nothing_usable_are_refused(tmp_path: Path):
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "pipe.py")
    with (tmp_path / "huge.py").open("wb") as stream:
        stream.truncate(1 << 40)
    for name, words in {
        "empty": "no .py and no .ipynb",
        "gone.py": "There is no file",
        "pipe.py": "not a regular file",
        "huge.py": "the limit is 2 MB",
    }.items():
        with pytest.raises(Unreadable, match=words):
            read_paths((tmp_path / name,))


@pytest.mark.parametrize(
    ("name", "advice", "chinese"),
    [
        ("homework.txt", "rename it so that it ends in .py", "扩展名改成 .py"),
        ("作业.DOCX", "plain text file that ends in .py", "存成 .py"),
        ("homework.rar", "Unpack it", "解压"),
        ("homework.pyc", "the .py of that name", "同名的 .py"),
    ],
)
def test_a_file_of_another_kind_is_told_what_to_do(name, advice, chinese):
    with pytest.raises(Unreadable) as caught:
        read_bytes(((name, b"x = 1\n"),))
    assert advice in caught.value.text.en
    assert chinese in caught.value.text.zh


def test_a_kind_that_nobody_foresaw_is_refused_without_advice():
    with pytest.raises(Unreadable) as caught:
        read_bytes((("penguin.svg", b"<svg/>"),))
    assert caught.value.text.en == "penguin.svg is neither a .py nor an .ipynb file."


def test_two_files_of_one_name_are_refused(tmp_path):
    """Else one of them would be graded and nobody would know which."""
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "ada.py").write_text(ADA)
    with pytest.raises(Unreadable, match=r"two files called ada\.py"):
        read_paths((tmp_path / "one/ada.py", tmp_path / "two/ada.py"))
    with pytest.raises(Unreadable) as caught:
        read_bytes((("ada.py", ADA.encode()), ("ada.py", ADA.encode())))
    assert "ada.py" in caught.value.text.zh


def test_a_folder_with_too_much_is_refused_before_all_of_it_is_read(tmp_path, monkeypatch):
    for number in range(MOST + 20):
        (tmp_path / f"{number}.py").write_text(ADA)
    opened = []
    real = Path.open
    monkeypatch.setattr(Path, "open", lambda path, *rest: opened.append(path) or real(path, *rest))
    with pytest.raises(Unreadable, match="more than"):
        read_paths((tmp_path,))
    assert len(opened) == MOST + 1
