"""One box: a child that has closed itself in, as its supervisor sees it from outside."""

from __future__ import annotations

import contextlib
import errno
import os
import select
import signal
import socket
import struct
from dataclasses import dataclass

from grader.errors import Mendable
from grader.messages import Text
from worker.sandbox.cgroups import Group
from worker.sandbox.inside import wire

CLOSED = {
    "seccomp": "2",
    "no_new_privs": "1",
    "capabilities": "0" * 64,
    "routes": 0,
    "proc": 0,
    "allowed": [],
    "pid": 1,
}
SEE_DOCTOR = Text(
    "run `{grader} doctor`: it says what this machine lacks", "请运行 `{grader} doctor`，它会说明机器缺少什么"
)
FLEETING = frozenset([errno.EAGAIN, errno.ENOMEM, errno.ENFILE, errno.EMFILE, errno.ENOSPC])
CREDENTIALS = struct.Struct("iII")


class SandboxUnavailable(Mendable):
    """No box can be had on this machine, or none that is closed. Our fault, never the student's.

    In `remedy`, {grader} stands for the command as one starts it here.
    """


class NotNow(SandboxUnavailable):
    """This box could not be had, for want of memory or processes, say; the next one may."""


@dataclass
class Box:
    """`group` is None where the machine has no control groups; the limits are then watched (watching.py)."""

    slot: int
    group: Group | None
    channel: socket.socket
    stdout: int
    stderr: int
    pid: int = 0
    pidfd: int = -1
    cpu_before: float = 0.0
    memory_before: tuple[int, int] = (0, 0)  # kills, and hits of the limit

    def meet(self, seen: int = 0) -> None:
        """Read the child's first frame, which names its process and proves that it is closed; attach it.

        seen: how many names of /proc it is to see.
        Raises SandboxUnavailable where the proof is missing: nothing is graded in a box that is open; NotNow where the
        child ended before, or lacked what there may be again.
        """
        message, ancillary, _, _ = self.channel.recvmsg(4096, socket.CMSG_SPACE(CREDENTIALS.size))
        self.channel.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
        if not message or not ancillary:
            raise not_closed("it ended while it was closed", NotNow)
        self.pid, user, group = CREDENTIALS.unpack(ancillary[0][2])
        self.pidfd = os.pidfd_open(self.pid)
        if 0 in {user, group}:
            raise not_closed("it belongs to root")
        found = _proof(message)
        if "error" in found:
            raise not_closed(str(found["error"]), NotNow if found.get("number") in FLEETING else SandboxUnavailable)
        wrong = [name for name, value in (CLOSED | {"proc": seen}).items() if found.get(name) != value]
        if wrong:
            raise not_closed(", ".join(f"{name} is {found.get(name)!r}" for name in wrong))
        if self.group:
            self.group.attach(self.pid)
            self.group.begin()
            self.cpu_before = self.group.cpu_seconds()
            self.memory_before = (self.group.oom_kills(), self.group.limit_hits())

    def cpu_seconds(self) -> float:
        """CPU that the box has used since it was met; 0 where nobody measures it."""
        with contextlib.suppress(FileNotFoundError):  # the group goes with the warm process
            return self.group.cpu_seconds() - self.cpu_before if self.group else 0.0
        return 0.0

    def was_short_of_memory(self) -> bool:
        """Whether the kernel killed for the limit of this box, and not because the whole machine was short."""
        return self._killed_at_limit(hit=True)

    def was_taken_for_memory(self) -> bool:
        """Whether the kernel killed in this box because the machine was short of memory, and the box not of its own."""
        return self._killed_at_limit(hit=False)

    def _killed_at_limit(self, *, hit: bool) -> bool:
        with contextlib.suppress(FileNotFoundError):
            kills, hits = self.memory_before
            killed = self.group is not None and self.group.oom_kills() > kills
            return self.group is not None and killed and (self.group.limit_hits() > hits) is hit
        return False

    def has_ended(self) -> bool:
        poll = select.poll()  # select.select() knows no descriptor above 1023
        poll.register(self.pidfd, select.POLLIN)
        return bool(poll.poll(0))

    def kill(self) -> None:
        """End the pid namespace of the box, and with it everything in it."""
        if self.pidfd >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)

    def close(self) -> None:
        """Let go of the descriptors."""
        self.channel.close()
        for descriptor in (self.stdout, self.stderr, self.pidfd):
            if descriptor >= 0:
                os.close(descriptor)


def _proof(message: bytes) -> dict[str, object]:
    size = wire.HEADER.size
    tree, buffers = wire.lengths(message[:size])
    if len(message) != size + tree + buffers:
        raise not_closed("its first message is cut")
    content = wire.unpack(message[size : size + tree], message[size + tree :])
    return dict(content["closed"])


def not_closed(why: str, kind: type[SandboxUnavailable] = SandboxUnavailable) -> SandboxUnavailable:
    """The refusal to use a box."""
    return kind(
        Text(f"the sandbox is not closed: {why}", f"沙箱没有关好：{why}"),
        SEE_DOCTOR,
    )
