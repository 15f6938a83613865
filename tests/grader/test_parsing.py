"""A worker's threads read exercises side by side."""

from __future__ import annotations

import gc
import sys
import threading

import pytest

from grader.parsing import parse

SOURCE = "\n".join(f"def f{n}(x):\n    return [x + {n}, (x * (x - {n})) ** 2, {{'a': x}}]\n" for n in range(300))


@pytest.mark.slow
def test_many_threads_parse_at_once_and_none_is_told_of_a_mismatch():
    """Python's own counter of depth is shared: where garbage is collected meanwhile and another thread goes on, it is off."""
    found: list[BaseException] = []

    def work():
        try:
            for _ in range(12):
                parse(SOURCE)
        except SystemError as error:
            found.append(error)

    def pause(*_):
        return [None for _ in range(50)]

    before, threshold = sys.getswitchinterval(), gc.get_threshold()
    gc.callbacks.append(pause)
    gc.set_threshold(50)
    sys.setswitchinterval(1e-6)
    try:
        crew = [threading.Thread(target=work) for _ in range(6)]
        for thread in crew:
            thread.start()
        for thread in crew:
            thread.join()
    finally:
        gc.callbacks.remove(pause)
        gc.set_threshold(*threshold)
        sys.setswitchinterval(before)
    assert found == []


@pytest.mark.parametrize("source", ["def f(:\n", "x = 1\n"])
def test_a_tree_or_the_parsers_own_complaint(source):
    if ":\n" in source:
        with pytest.raises(SyntaxError):
            parse(source)
    else:
        assert len(parse(source).body) == 1
