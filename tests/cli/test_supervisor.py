"""The supervisor with small real processes: they come back, they end in order, and none is left when it is killed."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli import logs
from tests.serving import gone

# Each part writes what happens to it into one diary. `rude` has a child in its group and does not listen to SIGTERM.
PART = """\
import os, pathlib, signal, subprocess, sys, time
name, diary, how = sys.argv[1:4]
def note(what):
    with open(diary, "a") as file:
        file.write(f"{name} {what} {os.getpid()}\\n")
def leave(number, frame):
    note("ends by " + signal.Signals(number).name)
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
signal.signal(signal.SIGINT, leave)
if how == "rude":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)"])
    with open(diary, "a") as file:
        file.write(f"{name} has {child.pid}\\n")
note("starts")
if how == "step":
    time.sleep(0.3)
    note("done")
    sys.exit(0)
if how == "fails":
    sys.exit("the database is not there")
if how != "never":
    print("is ready", flush=True)
if how == "fleeting":
    time.sleep(0.2)
    sys.exit(3)
while True:
    time.sleep(0.05)
"""

STAGE = """\
import os, pathlib, signal, sys
from cli.parts import Part, says
from cli.supervisor import GaveUp, Supervisor
from grader.messages import Text
home = pathlib.Path(sys.argv[1])
def part(name, how="polite", after=(), **more):
    command = (sys.executable, str(home / "part.py"), name, str(home / "diary"), how)
    is_ready = None if how == "step" else says("is ready")
    return Part(name, Text(name, name), command, {"LANG": "C.UTF-8"}, tuple(after), is_ready, **more)
def say(text):
    print(text.en, flush=True)
parts = [PARTS]
try:
    Supervisor(parts, home, say, lambda: print("all ready", flush=True)).run()
except GaveUp as error:
    print(error.text.en, error.remedy.en, error.text.zh, sep="\\n", flush=True)
    sys.exit(3)
"""

pytestmark = pytest.mark.slow


class Stage:
    """A supervisor in a process of its own, with parts written as Python."""

    def __init__(self, home: Path) -> None:
        self.home = home
        (home / "part.py").write_text(PART)
        (home / "diary").touch()
        self.process: subprocess.Popen[str] | None = None

    def play(self, parts: str) -> Stage:
        command = [sys.executable, "-c", STAGE.replace("PARTS", parts), str(self.home)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
        return self

    def diary(self) -> list[str]:
        return (self.home / "diary").read_text().splitlines()

    def pids(self, name: str) -> list[int]:
        """Of all starts of a part, in their order."""
        return [int(line.split()[-1]) for line in self.diary() if line.startswith(f"{name} starts")]

    def hears(self, words: str) -> str:
        """The next printed line with these words."""
        for line in self.process.stdout:
            if words in line:
                return line
        raise AssertionError(words)

    def ends(self, patience: float = 10) -> tuple[int, str]:
        said, _ = self.process.communicate(timeout=patience)
        return self.process.returncode, said

    def signal(self, number: int) -> None:
        """To the whole group, as a terminal does it."""
        os.killpg(self.process.pid, number)


@pytest.fixture
def stage(tmp_path):
    stage = Stage(tmp_path)
    yield stage
    with contextlib.suppress(ProcessLookupError):
        stage.signal(signal.SIGKILL)
    stage.process.wait()
    stage.process.stdout.close()


def wait_until(claim, patience: float = 8.0) -> None:
    end = time.monotonic() + patience
    while not claim():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def test_a_part_starts_when_those_before_it_are_ready(stage):
    stage.play("part('a'), part('s', 'step', ['a']), part('b', after=['s'])").hears("all ready")
    whats = [" ".join(line.split()[:2]) for line in stage.diary()]
    assert whats == ["a starts", "s starts", "s done", "b starts"]


def test_a_killed_part_comes_back_and_one_plain_line_says_so(stage):
    stage.play("part('a'), part('b', after=['a'])").hears("all ready")
    os.kill(stage.pids("a")[0], signal.SIGKILL)
    line = stage.hears("a was")
    assert re.fullmatch(r"a was ended by SIGKILL and is started again\. What it said: .*/a\.log\n", line)
    wait_until(lambda: len(stage.pids("a")) == 2)
    assert len(stage.pids("b")) == 1


def test_what_a_killed_part_leaves_of_its_group_is_gone_before_it_comes_back(stage):
    """A server's own children would hold its port otherwise."""
    stage.play("part('a', 'rude')").hears("all ready")
    child = next(int(line.split()[-1]) for line in stage.diary() if " has " in line)
    os.kill(stage.pids("a")[0], signal.SIGKILL)
    wait_until(lambda: len(stage.pids("a")) == 2)
    assert gone({child}, patience=0)


def test_a_part_that_dies_again_and_again_is_started_ever_more_slowly_and_never_given_up(stage):
    stage.play("part('a', 'fleeting', attempts=2)").hears("all ready")
    time.sleep(4)
    assert stage.process.poll() is None
    assert 3 <= len(stage.pids("a")) <= 6


def test_ctrl_c_reaches_the_supervisor_only_and_the_parts_end_in_reverse_order(stage):
    stage.play("part('a'), part('b'), part('c', stop_signal=signal.SIGINT)").hears("all ready")
    stage.signal(signal.SIGINT)
    code, _ = stage.ends()
    assert code == 0
    ends = [re.sub(r" \d+$", "", line) for line in stage.diary() if " ends " in line]
    assert ends == ["c ends by SIGINT", "b ends by SIGTERM", "a ends by SIGTERM"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_the_end_of_a_service_or_of_a_terminal_stops_all_as_ctrl_c_does(stage, number):
    stage.play("part('a')").hears("all ready")
    stage.signal(number)
    assert stage.ends()[0] == 0
    assert "a ends by SIGTERM" in stage.diary()[-1]


def test_a_second_ctrl_c_kills_what_is_left(stage):
    stage.play("part('a'), part('b', 'rude', stop_patience=60)").hears("all ready")
    stage.signal(signal.SIGINT)
    stage.hears("Stopping")
    time.sleep(0.2)
    stage.signal(signal.SIGINT)
    assert stage.ends(patience=15)[0] == 0
    assert gone({*stage.pids("a"), *stage.pids("b")})


def test_a_part_that_does_not_listen_is_killed_when_its_time_is_over(stage):
    stage.play("part('a'), part('b', 'rude', stop_patience=0.5)").hears("all ready")
    stage.signal(signal.SIGINT)
    assert stage.ends(patience=4)[0] == 0
    assert gone({*stage.pids("a"), *stage.pids("b")})


def test_no_part_outlives_a_killed_supervisor(stage):
    stage.play("part('a'), part('b', 'rude')").hears("all ready")
    os.kill(stage.process.pid, signal.SIGKILL)
    assert gone({*stage.pids("a"), *stage.pids("b")})


def test_ctrl_c_during_the_start_leaves_nothing(stage):
    stage.play("part('a'), part('b', 'never')")
    wait_until(lambda: stage.pids("b"))
    stage.signal(signal.SIGINT)
    assert stage.ends()[0] == 0
    assert gone({*stage.pids("a"), *stage.pids("b")})


def test_a_part_that_never_gets_ready_ends_all_with_the_name_of_its_log(stage):
    stage.play("part('a'), part('b', 'never', patience=1.5, attempts=2, back_off=0.05)")
    code, said = stage.ends()
    assert code == 3
    assert "b could not be started: it was not ready after 1.5 s, 2 times." in said
    assert "b无法启动：1.5 秒后仍未就绪（共 2 次）。" in said
    assert f"The whole story: {stage.home / 'b.log'}" in said
    assert len(stage.pids("b")) == 2
    assert gone({*stage.pids("a"), *stage.pids("b")})


def test_a_part_that_fails_at_once_shows_its_last_words(stage):
    stage.play("part('a'), part('b', 'fails', attempts=1)")
    code, said = stage.ends()
    assert code == 3
    assert "b could not be started: it ended with 1.\n    the database is not there" in said
    assert gone(set(stage.pids("a")))  # which may have been told to end before it could write down that it did


def test_a_command_that_is_not_there_is_named(stage):
    stage.play("Part('x', Text('x', 'x'), ('/no/such/file',), {}, is_ready=says('!'), attempts=1)")
    assert "/no/such/file: No such file or directory" in stage.ends()[1]


def test_a_part_gets_the_environment_that_is_named_and_no_other(stage):
    stage.play("part('a')").hears("all ready")
    assert Path(f"/proc/{stage.pids('a')[0]}/environ").read_bytes() == b"LANG=C.UTF-8\0"


# Logs -----------------------------------------------------------------------------------------------


def test_a_long_log_is_put_aside_at_the_next_start_and_few_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(logs, "AT_START", 10)
    path = tmp_path / "a.log"
    for line in range(6):
        descriptor = logs.open_log(path)
        os.write(descriptor, f"line {line} of the log\n".encode())
        os.close(descriptor)
    assert sorted(place.name for place in tmp_path.iterdir()) == ["a.log", "a.log.1", "a.log.2", "a.log.3"]
    assert path.read_text() == "line 5 of the log\n"
    assert path.stat().st_mode & 0o077 == 0


def test_a_log_that_grows_is_put_aside_while_its_part_writes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(logs, "LARGEST", 10)
    path = tmp_path / "a.log"
    descriptor = logs.open_log(path)
    os.write(descriptor, b"a line that is long\n")
    logs.shorten(path)
    os.write(descriptor, b"new\n")
    os.close(descriptor)
    assert (path.read_bytes(), (tmp_path / "a.log.1").read_bytes()) == (b"new\n", b"a line that is long\n")
