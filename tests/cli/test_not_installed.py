"""An environment that only grades has not the libraries of the site: what needs them says what to install."""

from __future__ import annotations

import importlib.machinery
import sys

import pytest

OF_THE_SITE = ("alembic", "celery", "flask", "gunicorn", "sqlalchemy")


@pytest.fixture
def without_the_site(monkeypatch):
    """As if these had never been installed, and `grader` itself had been typed."""
    monkeypatch.delenv("GRADER_COMMAND", raising=False)
    find = importlib.machinery.PathFinder.find_spec

    def found(name, path=None, target=None):
        return None if name.partition(".")[0] in OF_THE_SITE else find(name, path, target)

    monkeypatch.setattr(importlib.machinery.PathFinder, "find_spec", found)
    for name in list(sys.modules):
        if name.partition(".")[0] in OF_THE_SITE or name in {"cli.up", "cli.backup", "cli.restore"}:
            monkeypatch.delitem(sys.modules, name)


@pytest.mark.usefixtures("without_the_site")
@pytest.mark.parametrize("words", ["up", "backup x", "restore x", "bench queue", "bench service", "bench dashboard"])
def test_a_command_that_needs_the_site_says_what_to_install(grader, words):
    code, out, err = grader(*words.split())
    assert (code, out) == (2, "")
    assert "is not installed here. This installs it: pip install 'chainrule[service]'" in err
    assert "Traceback" not in err


@pytest.mark.usefixtures("without_the_site")
def test_where_run_was_typed_it_is_named(grader, monkeypatch):
    monkeypatch.setenv("GRADER_COMMAND", "/home/ada/my courses/run grader")
    assert "This installs it: /home/ada/my courses/run setup" in grader("up")[2]
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "安装方法：/home/ada/my courses/run setup" in grader("up")[2]


def test_a_module_of_ours_that_is_missing_is_our_fault(grader, monkeypatch):
    monkeypatch.setitem(sys.modules, "cli.exercises", None)
    code, _, err = grader("list")
    assert (code, "not installed" in err, "Our fault" in err) == (3, False, True)
