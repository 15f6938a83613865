"""A worker judges by the edition that the job names: a published one, an old one, or the one that is installed."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

import assignments
from grader.editions import Editions
from grader.errors import ExerciseError
from tests import publishing
from worker.finding import Finder

NAME = "product_gradient"
TEXT = (assignments.HERE / f"{NAME}.py").read_text(encoding="utf-8")
CHINESE = (assignments.HERE / "zh" / f"{NAME}.toml").read_text(encoding="utf-8")


def publish(folder: Path, text: str, chinese: str = CHINESE) -> str:
    return publishing.publish(folder, NAME, {f"{NAME}.py": text, f"zh/{NAME}.toml": chinese})[0].edition


def test_without_anything_published_it_is_the_installed_one(tmp_path):
    assert Finder(tmp_path / "nowhere")(NAME, "0" * 16) is assignments.find(NAME)


def test_every_edition_that_was_published_stays_to_be_found_beside_the_installed_one(tmp_path):
    find = Finder(tmp_path)
    editions = [publish(tmp_path, f"{TEXT}\n# edition {number}\n") for number in (1, 2)]
    for edition in editions:
        found = find(NAME, edition)
        assert (found.name, found.edition, found.sheet.title.zh) == (
            NAME,
            edition,
            assignments.find(NAME).sheet.title.zh,
        )
    own = assignments.find(NAME)
    assert find(NAME, own.edition) is own


def test_what_is_published_while_the_worker_runs_is_found_without_a_restart(tmp_path):
    find = Finder(tmp_path)
    find(NAME, "0" * 16)
    edition = publish(tmp_path, f"{TEXT}\n# later\n")
    assert find(NAME, edition).edition == edition


def test_an_edition_is_loaded_once_however_many_ask_for_it_at_once(tmp_path):
    mark = tmp_path / "loaded"
    edition = publish(tmp_path, f"{TEXT}\nwith open({str(mark)!r}, 'a') as stream:\n    stream.write('x')\n")
    find, found = Finder(tmp_path), []
    threads = [threading.Thread(target=lambda: found.append(find(NAME, edition))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len({id(one) for one in found}), mark.read_text()) == (1, "x")


def test_another_translation_is_read_without_a_restart_and_nothing_is_executed_again(tmp_path):
    mark = tmp_path / "loaded"
    text = f"{TEXT}\nwith open({str(mark)!r}, 'a') as stream:\n    stream.write('x')\n"
    find, edition = Finder(tmp_path), publish(tmp_path, text)
    old = find(NAME, edition)
    title = old.sheet.title.zh
    assert publish(tmp_path, text, CHINESE.replace(f"# {title}", "# 另一个标题")) == edition
    new = find(NAME, edition)
    assert (old.sheet.title.zh, new.sheet.title.zh, new.edition) == (title, "另一个标题", edition)
    assert (mark.read_text(), find(NAME, edition) is new) == ("x", True)


def test_what_an_edition_imports_from_beside_it_is_its_own(tmp_path):
    """And not the module of that name which was installed, or published with another edition."""
    texts = [
        {f"{NAME}.py": f"{TEXT}\nfrom .rates import RATE\n", "rates.py": f"RATE = {number}\n"} for number in (1, 2)
    ]
    editions = [publishing.publish(tmp_path, NAME, files)[0].edition for files in texts]
    find = Finder(tmp_path)
    rates = [sys.modules[find(NAME, edition).module].RATE for edition in editions]
    assert (rates, len(set(editions))) == ([1, 2], 2)


@pytest.mark.parametrize("name", ["x" * 300, "../elsewhere", "/etc", "nul\0"])
def test_of_what_can_be_no_name_nothing_is_read(tmp_path, name, monkeypatch):
    """A job comes over the queue."""
    monkeypatch.setattr(Editions, "words", lambda *_: pytest.fail("looked for a file"))
    with pytest.raises(KeyError):
        Finder(tmp_path)(name, "0" * 16)


def test_an_edition_that_cannot_be_loaded_is_the_exercises_fault(tmp_path):
    edition = publish(tmp_path, f"{TEXT}\nraise RuntimeError('not on this machine')\n")
    with pytest.raises(ExerciseError, match="not on this machine"):
        Finder(tmp_path)(NAME, edition)


@pytest.mark.parametrize(("name", "edition"), [("..", "0" * 16), (NAME, ".."), (NAME, "../../x"), ("a/b", "0" * 16)])
def test_no_name_leads_out_of_the_folder(tmp_path, name, edition):
    assert Editions(tmp_path).path(name, edition) is None


def test_an_edition_that_hangs_while_it_is_loaded_holds_up_no_other(tmp_path, monkeypatch):
    hanging, free = threading.Event(), threading.Event()
    slow, quick = (publish(tmp_path, f"{TEXT}\n# edition {number}\n") for number in (1, 2))
    load = assignments.load

    def loading(path, name):
        if slow in name:
            hanging.set()
            assert free.wait(10)
        return load(path, name)

    monkeypatch.setattr(assignments, "load", loading)
    find = Finder(tmp_path)
    stuck = threading.Thread(target=find, args=(NAME, slow))
    stuck.start()
    assert hanging.wait(10)
    try:
        assert find(NAME, quick).edition == quick
    finally:
        free.set()
        stuck.join()
