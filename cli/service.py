"""The parts of the service, in the order of their start, each with the environment that it needs and no more."""

from __future__ import annotations

import http.client
import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cli.parts import Part, Started, says
from grader.messages import Text
from worker.broker import answering

# What every program may want to know; what the box's side needs beyond that; what the site's side does.
EVERYBODY = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "XDG_", "SSL_CERT_")
GRADING = (
    "GRADER_SLOTS",
    "GRADER_BOX_",
    "GRADER_DEVICES",
    "GRADER_GPU",
    "GRADER_PUBLISHED",
    "REDIS_URL",
    "CUDA_",
    "NVIDIA_",
    "OMP_",
    "MKL_",
)
KEEPING = ("GRADER_", "DATABASE_", "REDIS_URL", "GUNICORN_CMD_ARGS", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")

# Gunicorn would put the working directory before all other places of modules, and there may lie a web.py of somebody's.
# The processes that it forks are killed with it by the kernel (1: PR_SET_PDEATHSIG), as it is with us.
GUNICORN = """\
import ctypes, os, sys
from gunicorn.app.wsgiapp import run
sys.path.append(os.getcwd())
os.register_at_fork(after_in_child=lambda: ctypes.CDLL(None).prctl(1, 9))
run()
"""
THREADS = 16
IMPATIENT = "web.impatience.ImpatientWorker"
STARTED = says('"started"')  # an event in the site's own logs


@dataclass(frozen=True)
class Plan:
    """home: absolute; listener: the site's socket; surroundings: the environment of `grader up`."""

    home: Path
    listener: socket.socket
    surroundings: Mapping[str, str]
    demo: bool

    @property
    def own_queue(self) -> bool:
        """Whether the queue is ours to start."""
        return not self.surroundings.get("REDIS_URL")

    def environment(self, names: tuple[str, ...]) -> dict[str, str]:
        """The variables whose names begin so, and where the data are."""
        wanted = (*EVERYBODY, *names)
        given = {name: value for name, value in self.surroundings.items() if name.upper().startswith(wanted)}
        return given | {"GRADER_HOME": str(self.home)}

    def for_site(self) -> dict[str, str]:
        """The same for what belongs to the site. Its processes add up their numbers in a folder."""
        host, port = self.listener.getsockname()[:2]
        own = {"GRADER_HOST": str(host), "GRADER_PORT": str(port), "PROMETHEUS_MULTIPROC_DIR": str(self.metrics)}
        return self.environment(KEEPING) | own

    @property
    def metrics(self) -> Path:
        """Where the site's processes keep their numbers; to be empty when they start."""
        return self.home / "metrics"


def parts(plan: Plan) -> list[Part]:
    """All that `grader up` starts."""
    return [
        *([_queue(plan)] if plan.own_queue else []),
        _step(plan, "database", Text("database", "数据库"), ()),
        *([_step(plan, "demo", Text("demo course", "示例课程"), ("database",))] if plan.demo else []),
        _background(plan, "recorder", Text("recorder", "成绩记录")),
        _background(plan, "reconciler", Text("reconciler", "补发检查")),
        _worker(plan),
        _site(plan),
    ]


def _python(*words: str) -> tuple[str, ...]:
    """-P: modules come from where they are installed, not from the working directory."""
    return (sys.executable, "-P", *words)


def _queue(plan: Plan) -> Part:
    path = plan.home / "broker" / "socket"
    return Part(
        "queue",
        Text("queue", "队列"),
        _python("-m", "worker.broker", str(plan.home)),
        plan.environment(()),
        is_ready=lambda started: answering(path) == started.pid,
    )


def _step(plan: Plan, module: str, title: Text, after: tuple[str, ...]) -> Part:
    command = _python("-m", f"web.{module}")
    return Part(module, title, command, plan.for_site(), after, attempts=1, patience=600.0)


def _background(plan: Plan, name: str, title: Text) -> Part:
    command = _python("-m", f"web.{name}")
    return Part(name, title, command, plan.for_site(), _before(plan), is_ready=STARTED)


def _worker(plan: Plan) -> Part:
    return Part(
        "worker",
        Text("worker", "批改"),
        _python("-m", "worker"),
        plan.environment(GRADING),
        ("queue",) if plan.own_queue else (),
        is_ready=says("ready for jobs"),
        stop_patience=30.0,  # it finishes what it has begun
    )


def _site(plan: Plan) -> Part:
    """Its socket is ours, so that nobody is refused while it starts again."""
    bound = plan.listener.fileno()
    workers = min(len(os.sched_getaffinity(0)), 2)
    return Part(
        "site",
        Text("site", "网站"),
        _python("-c", GUNICORN, *_gunicorn(bound, workers), "web.wsgi:make()"),
        plan.for_site(),
        _before(plan),
        is_ready=lambda started: _answers(plan.listener, started),
        inherited=(bound,),
    )


def _gunicorn(bound: int, workers: int) -> tuple[str, ...]:
    counts = ("--workers", str(workers), "--threads", str(THREADS))
    times = ("--timeout", "60", "--graceful-timeout", "5")
    return ("--worker-class", IMPATIENT, *counts, *times, "--no-control-socket", "--bind", f"fd://{bound}")


def _before(plan: Plan) -> tuple[str, ...]:
    return ("database", "queue") if plan.own_queue else ("database",)


def _answers(listener: socket.socket, started: Started) -> bool:
    """Whether the site says that it is well. It is not asked before its log says that there is somebody to answer."""
    if not STARTED(started):
        return False
    host, port = reachable(listener)
    line = http.client.HTTPConnection(host, port, timeout=2.0)
    try:
        line.request("GET", "/healthz", headers={"Connection": "close"})
        return line.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def reachable(listener: socket.socket) -> tuple[str, int]:
    """Host and port for this machine's own programs: a socket that hears on all addresses hears on this one."""
    host, port = listener.getsockname()[:2]
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port  # noqa: S104 - compared, not bound
