"""`--quick`: the fast tests without the long ones; long.txt says of which functions how many stay, `--measure` writes it.

Each test function may take 10 ms, with all its parameters: what it asks for beyond that is long, and so is what needs a
class of students, which takes each process a second to make. The whole run has all of them.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import accumulate, groupby
from pathlib import Path

import pytest

MAY_TAKE = 0.01  # seconds of one core that does nothing else
LIST = Path(__file__).with_name("long.txt")
TAKEN = pytest.StashKey[float]()
LEFT_OUT = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="leave out what tests/long.txt names")
    parser.addoption("--measure", action="store_true", help="write tests/long.txt anew; on a machine that is idle")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.option.quick:
        long = set(long_ones(items))
        config.stash[LEFT_OUT] = len(long)
        items[:] = [item for item in items if item not in long]


def long_ones(items: list[pytest.Item]) -> Iterable[pytest.Item]:
    """Of each function in the list as many stay as it says: the first ones."""
    lines = (line.split() for line in LIST.read_text(encoding="utf-8").splitlines())
    stay, seen = {name: int(count) for count, name in lines}, Counter()
    for item in items:
        seen[function(item)] += 1
        if seen[function(item)] > stay.get(function(item), len(items)) or "small_class" in item.fixturenames:
            yield item


def function(item: pytest.Item) -> str:
    return item.nodeid.partition("[")[0]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item):
    began = time.process_time()
    try:
        return (yield)
    finally:
        item.stash[TAKEN] = time.process_time() - began


def pytest_sessionfinish(session: pytest.Session) -> None:
    if not session.config.option.measure:
        return
    taken: dict[str, list[float]] = defaultdict(list)
    for item in session.items:
        taken[function(item)].append(item.stash.get(TAKEN, 0.0))
    stay = {name: sum(total <= MAY_TAKE for total in accumulate(all_)) for name, all_ in taken.items()}
    for _, own in groupby(sorted(taken), key=lambda name: name.partition("::")[0]):
        names = list(own)
        if not any(stay[name] for name in names):  # no room is without a quick test
            stay[min(names, key=lambda name: taken[name][0])] = 1
    lines = [f"{stay[name]:3} {name}\n" for name in sorted(taken) if stay[name] < len(taken[name])]
    LIST.write_text("".join(lines), encoding="utf-8")
