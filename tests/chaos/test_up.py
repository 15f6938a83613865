"""`grader up` as people start it: parts are killed one after the other and come back, Ctrl-C leaves nothing, and the
second start is quick."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.serving import gone

pytestmark = pytest.mark.service

PARTS = ("queue", "recorder", "reconciler", "worker", "site")
GRADER = Path(sys.executable).with_name("grader")


class Up:
    """`grader up` on a port of its own."""

    def __init__(self, home: Path, *options: str, **changes: str) -> None:
        names = ("PATH", "HOME", "LD_LIBRARY_PATH")
        surroundings = {name: os.environ[name] for name in names if name in os.environ}
        surroundings |= {"GRADER_HOME": str(home), "LANG": "C.UTF-8", "GRADER_SLOTS": "1"} | changes
        self.home, self.lines, self.began = home, [], time.monotonic()
        self.process = subprocess.Popen(
            [str(GRADER), "up", "--port", "0", *options],
            env=surroundings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        with self.process.stdout as said:
            for line in said:
                self.lines.append(line.rstrip())

    def said(self) -> str:
        return "\n".join(self.lines)

    def ready(self) -> float:
        """Seconds until everything was there."""
        wait_until(lambda: "Ctrl-C stops" in self.said() or self.process.poll() is not None, self.said, 150)
        assert "Ctrl-C stops" in self.said(), self.said()
        return time.monotonic() - self.began

    def get(self, path: str) -> int:
        """The status of an answer."""
        host, port = re.search(r"http://([\d.]+):(\d+)/", self.said()).groups()
        line = http.client.HTTPConnection(host, int(port), timeout=90)
        try:
            line.request("GET", path)
            return line.getresponse().status
        except OSError:
            return 0
        finally:
            line.close()

    def greetings(self, name: str) -> int:
        """How often a part has said that it is there."""
        log = (self.home / "logs" / f"{name}.log").read_text()
        return log.count('"started"') + log.count("ready for jobs")

    def processes(self) -> dict[str, int]:
        """The parts that live, by name: children of the supervisor, told apart by their logs."""
        found = {}
        for place in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
                if parent == self.process.pid:
                    found[(place / "fd" / "1").readlink().stem] = int(place.name)
            except OSError:
                continue
        return found

    def family(self) -> set[int]:
        """Every process below, the supervisor too."""
        parents = {}
        for place in Path("/proc").glob("[0-9]*/stat"):
            try:
                parents[int(place.parent.name)] = int(place.read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
        found = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return found

    def stop(self, number: int = signal.SIGINT) -> int:
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)
        return self.process.wait(120)


def wait_until(claim, explain=lambda: "", patience: float = 90.0) -> None:
    end = time.monotonic() + patience
    while not claim():
        assert time.monotonic() < end, explain()
        time.sleep(0.05)


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def start(home):
    """Starts `grader up` on the home; whatever is started is ended."""
    started = []

    def go(*options: str, **changes: str) -> Up:
        started.append(Up(home, *options, **changes))
        return started[-1]

    yield go
    for one in started:
        one.stop(signal.SIGKILL)


def test_each_part_comes_back_ctrl_c_leaves_none_and_the_second_start_is_quick(start, record_property):
    up = start()
    first = up.ready()
    assert "grace@example.org" in up.said()
    assert up.get("/healthz") == 200
    wait_until(lambda: up.get("/readyz") == 200, up.said)

    back = {}
    for name in PARTS:
        pid, said, began = up.processes()[name], up.greetings(name), time.monotonic()
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda name=name, pid=pid: up.processes().get(name, pid) != pid, up.said)
        wait_until(lambda name=name, said=said: name == "queue" or up.greetings(name) > said, up.said)
        wait_until(lambda: up.get("/readyz") == 200, up.said)
        back[name] = time.monotonic() - began
    assert len([line for line in up.lines if "is started again" in line]) == len(PARTS), up.said()

    family = up.family()
    assert len(family) > len(PARTS) + 4  # gunicorn's workers, what the boxes are made from
    began = time.monotonic()
    assert up.stop() == 0, up.said()
    stopped = time.monotonic() - began
    assert gone(family, patience=0)

    again = start()
    second = again.ready()
    assert again.get("/healthz") == 200
    measured = {"first": first, "second": second, "stop": stopped, **back}
    record_property("seconds", measured)
    print({name: round(seconds, 2) for name, seconds in measured.items()})  # noqa: T201 - with pytest -s
    crowd = max(os.getloadavg()[0] / len(os.sched_getaffinity(0)), 1.0)
    assert second < 10 * crowd  # a few seconds, on a machine that has nothing else to do


def test_a_killed_supervisor_takes_everything_along_and_the_next_start_goes_well(start):
    up = start("--no-demo")
    up.ready()
    family = up.family()
    os.kill(up.process.pid, signal.SIGKILL)
    assert gone(family - {up.process.pid}, patience=5)
    start("--no-demo").ready()


def test_the_worker_gets_no_database_and_no_key(start):
    """What stands beside students' code knows the queue, and nothing of the site."""
    secrets = {"DATABASE_URL": "", "GRADER_SECRET_KEY": "k" * 40, "AWS_SECRET_ACCESS_KEY": "x"}
    up = start("--no-demo", **secrets)
    up.ready()
    of = {name: Path(f"/proc/{pid}/environ").read_bytes() for name, pid in up.processes().items()}
    assert b"GRADER_SECRET_KEY" in of["site"]
    assert b"DATABASE_URL" in of["site"]
    for name in ("worker", "queue"):
        assert b"SECRET" not in of[name]
        assert b"DATABASE" not in of[name]
    assert not any(b"AWS" in one for one in of.values())


def test_a_request_during_a_restart_of_the_site_waits_instead_of_being_refused(start):
    up = start("--no-demo")
    up.ready()
    site = up.processes()["site"]
    os.kill(site, signal.SIGKILL)
    wait_until(lambda: up.processes().get("site") != site)
    assert up.get("/healthz") == 200


# What cannot be ----------------------------------------------------------------------------------------


def test_a_second_one_on_the_same_folder_is_refused(start):
    up = start("--no-demo")
    wait_until(lambda: "Chainrule starts" in up.said())
    second = start("--no-demo")
    assert second.process.wait(30) == 2
    wait_until(lambda: "→" in second.said(), second.said)
    assert f"Chainrule runs on {up.home} already (process {up.process.pid})" in second.said()


def test_a_port_in_use_is_said(start):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        up = start("--port", str(port))
        assert up.process.wait(30) == 2
    wait_until(lambda: "→" in up.said(), up.said)
    assert f"Port {port} is in use by another program" in up.said()
    assert "--port 8001" in up.said()


def test_a_folder_that_cannot_be_written_to_is_said(start, home):
    home.write_text("a file, not a folder")
    up = start()
    assert up.process.wait(30) == 2
    wait_until(lambda: "→" in up.said(), up.said)
    assert f"{home} cannot be written to" in up.said()
    assert "GRADER_HOME=" in up.said()


def test_a_database_that_is_not_there_ends_the_start_with_its_own_words(start):
    up = start("--no-demo", DATABASE_URL="postgresql://nobody@127.0.0.1:9/nothing")
    assert up.process.wait(60) == 3
    wait_until(lambda: "→" in up.said(), up.said)
    assert "database could not be started" in up.said()
    assert "database.log" in up.said()
    assert gone(up.family(), patience=1)
