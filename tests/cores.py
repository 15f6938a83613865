"""`--cores N`: what was collected once is run by N processes, a file at a time; the fast tests only."""

from __future__ import annotations

import json
import os
import selectors
import signal
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby, pairwise

import pytest

from tests.kinds import is_fast


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--cores", type=int, default=1, metavar="N", help="run the fast tests in so many processes")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """What is not fast comes after it, in this process."""
    fast = [item for item in session.items if is_fast(item)]
    if session.config.option.cores == 1 or session.config.option.collectonly or session.testsfailed or not fast:
        return None  # as pytest does it
    shared(session, fast)
    for item, following in pairwise([*(item for item in session.items if not is_fast(item)), None]):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
    return True


def shared(session: pytest.Session, items: list[pytest.Item]) -> None:
    """Fork, and report what the others tell."""
    parts = [list(part) for _, part in groupby(items, key=lambda item: item.path)]
    session.config._tmp_path_factory.getbasetemp()
    queue = turns(len(parts))
    others = [Other.started(session, parts, queue) for _ in range(min(session.config.option.cores, len(parts)))]
    try:
        listen(session, others)
    finally:
        for other in others:
            other.end()
        os.close(queue)


def turns(count: int) -> int:
    """A pipe with the number of each part in it: who is free takes the next."""
    queue, end = os.pipe()
    os.write(end, b"".join(number.to_bytes(2) for number in range(count)))
    os.close(end)
    return queue


def listen(session: pytest.Session, others: list[Other]) -> None:
    with selectors.DefaultSelector() as selector:
        for other in others:
            selector.register(other.reading, selectors.EVENT_READ, other)
        while selector.get_map():
            for key, _ in selector.select():
                if not key.data.hear(session):
                    selector.unregister(key.fileobj)
            if session.shouldfail:
                raise session.Failed(session.shouldfail)


@dataclass
class Other:
    """A process that runs tests. told: reports of a file that is not finished; at: the test that it was last at."""

    pid: int
    reading: int
    told: list = field(default_factory=list)
    at: str = "its beginning"
    line: bytes = b""
    whole: bool = False

    @classmethod
    def started(cls, session: pytest.Session, parts: list[list[pytest.Item]], queue: int) -> Other:
        reading, writing = os.pipe()
        sys.stdout.flush()
        if pid := os.fork():
            os.close(writing)
            return cls(pid, reading)
        code = 1
        try:
            with os.fdopen(writing, "w", encoding="utf-8", buffering=1) as told:
                work(session, parts, queue, told)
            code = 0
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            os._exit(code)

    def hear(self, session: pytest.Session) -> bool:
        """What there is to read; False at the end."""
        read = os.read(self.reading, 1 << 16)
        *lines, self.line = (self.line + read).split(b"\n")
        for line in lines:
            self.note(session, *json.loads(line))
        if not read:
            self.report(session)
            session.shouldfail = session.shouldfail or (not self.whole and f"a process ended in {self.at}")
        return bool(read)

    def note(self, session: pytest.Session, word: str, what) -> None:
        if word == "at":
            self.at = what
        elif word == "report":
            self.told.append(what)
        else:
            self.whole = word == "end"
            self.report(session)

    def report(self, session: pytest.Session) -> None:
        """A file's tests together, so that the lines of two do not mix."""
        hook = session.config.hook
        for told in self.told:
            report = hook.pytest_report_from_serializable(config=session.config, data=told)
            hook.pytest_runtest_logreport(report=report)
        self.told = []

    def end(self) -> None:
        os.close(self.reading)
        os.kill(self.pid, signal.SIGTERM)  # where it is not at its end
        os.waitpid(self.pid, 0)


# In the other process -----------------------------------------------------------------------------------


def work(session: pytest.Session, parts: list[list[pytest.Item]], queue: int, told) -> None:
    teller = Teller(session.config, told)
    plugins = session.config.pluginmanager
    plugins.unregister(name="terminalreporter")
    plugins.register(teller)
    capture = plugins.get_plugin("capturemanager")
    capture.stop_global_capturing()  # its file would be shared with the others
    capture.start_global_capturing()
    factory = session.config._tmp_path_factory
    factory._basetemp = factory.getbasetemp() / f"process-{os.getpid()}"
    factory._basetemp.mkdir(mode=0o700)
    for item, following in pairwise(taken(parts, queue)):
        teller.at(item)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if following is None or following.path != item.path:
            teller.say("file", None)
    teller.say("end", None)


def taken(parts: list[list[pytest.Item]], queue: int) -> Iterator[pytest.Item | None]:
    """Part after part, as long as there are any; then None."""
    while number := os.read(queue, 2):
        yield from parts[int.from_bytes(number)]
    yield None


class Teller:
    """A plugin in the place of the terminal."""

    def __init__(self, config: pytest.Config, told) -> None:
        self.config, self.told = config, told

    def say(self, word: str, what) -> None:
        self.told.write(json.dumps([word, what], default=str) + "\n")

    def at(self, item: pytest.Item) -> None:
        self.say("at", item.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or not report.passed:  # of the others nobody would see anything
            self.say("report", self.config.hook.pytest_report_to_serializable(config=self.config, report=report))
