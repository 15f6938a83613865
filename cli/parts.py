"""A part of the service: what it is, and one life of it as a process that ends with us."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cli.logs import last_lines, open_log, said_since, size_of
from grader.messages import Text

# Becomes the part by exec. Before that it asks the kernel to be killed when the supervisor dies (1: PR_SET_PDEATHSIG),
# sees that this has not happened already, and lets the signals through that the supervisor holds back for itself.
SHIM = """\
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(1, int(signal.SIGKILL))
if os.getppid() != int(sys.argv[1]):
    sys.exit(1)
signal.pthread_sigmask(signal.SIG_SETMASK, ())
try:
    os.execvp(sys.argv[2], sys.argv[2:])
except OSError as error:
    sys.exit(f"{sys.argv[2]}: {error.strerror}")
"""


@dataclass(frozen=True)
class Started:
    """One start of a part: its process, its log, and how long the log was before."""

    pid: int
    log: Path
    since: int

    def said(self) -> str:
        """What the part has written since."""
        return said_since(self.log, self.since)


@dataclass(frozen=True)
class Part:
    """A process of the service, with the whole environment that it gets. `after` names parts that must be ready before.

    is_ready: asked until it says yes; a part without it is a step, which must end with 0. All times are in seconds:
    patience, to get ready; back_off, before the second start, doubled each time; stop_patience, to end by stop_signal.
    attempts: failed starts in a row. inherited: descriptors that stay open in the process.
    """

    name: str
    title: Text
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    after: tuple[str, ...] = ()
    is_ready: Callable[[Started], bool] | None = None
    patience: float = 60.0
    attempts: int = 5
    back_off: float = 0.2
    stop_signal: signal.Signals = signal.SIGTERM
    stop_patience: float = 10.0
    inherited: tuple[int, ...] = ()


def says(words: str) -> Callable[[Started], bool]:
    """Ready as soon as the part has written these words into its log."""
    return lambda started: words in started.said()


class Life:
    """A part and the process that it is at the moment, if it is one."""

    def __init__(self, part: Part, logs: Path) -> None:
        self.part = part
        self.log = logs / f"{part.name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.started = Started(0, self.log, 0)
        self.ready = self.was_ready = False
        self.failed_starts = self.quick_deaths = 0
        self.began = self.not_before = 0.0

    def start(self) -> None:
        """As the leader of a session of its own: what a terminal sends does not reach it. From the main thread only."""
        log = open_log(self.log)
        shim = (sys.executable, "-I", "-S", "-c", SHIM, str(os.getpid()), *self.part.command)
        try:
            since = size_of(self.log)
            self.process = subprocess.Popen(
                shim,
                env=dict(self.part.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=self.part.inherited,
            )
        finally:
            os.close(log)
        self.began, self.ready = time.monotonic(), False
        self.started = Started(self.process.pid, self.log, since)

    def ended(self) -> int | None:
        """The exit code (minus the signal) where the process has ended; what it left of its group is killed first.

        Before the process is reaped, for until then nobody else can have its number.
        """
        if self.process is None:
            return None
        if os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            return None
        self.kill()
        code = self.process.wait()
        self.process = None
        return code

    def answers(self) -> bool:
        """Whether it has become ready."""
        return self.part.is_ready is not None and self.part.is_ready(self.started)

    def kill(self) -> None:
        """The whole group, as far as it is there."""
        if self.process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def last_words(self) -> str:
        """The end of what it wrote in this start."""
        return last_lines(self.log, self.started.since)
