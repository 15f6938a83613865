"""The warm process: imports what students import, has seen nothing secret, forks one child a submission.

Started by bubblewrap as `warm.py CONTROL SYS_PATH…`, where CONTROL is a socket. The first message on it is
the JSON configuration; each later one carries a slot number and three descriptors (channel, stdout, stderr),
for which a child is forked. The end of the socket ends this process and, as it is pid 1, everything below it.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import gc
import json
import os
import signal
import socket
import sys
from typing import Any

sys.path[:0] = ["/box", *sys.argv[2:]]

from inside import accelerator, child, compiler, confine  # noqa: E402 - the path of the box must be set first

LARGEST_ORDER = 1 << 16
PING = b"?"
CHANNEL, STATUS = 3, 4  # descriptors of a child, after its standard ones
MADV_COLLAPSE = 25
HUGE = 2 << 20
FLEETING = frozenset([errno.EAGAIN, errno.ENOMEM, errno.ENOSPC])  # no child now; perhaps in a moment


def main() -> None:
    """Move into a user and a pid namespace of our own, get warm, serve orders."""
    control = socket.socket(fileno=int(sys.argv[1]))
    config = json.loads(control.recv(LARGEST_ORDER))
    enter_user_namespace(config)
    warm_up(config["profile"])
    config["limits"] = beyond_ours(config["limits"])
    program = bytes.fromhex(config["filter"])
    config["rules"] = confine.Filter(len(program) // 8, program)
    config["routes"] = confine.count_routes()
    confine.close_the_ways_back()
    control.send(b"ready")
    serve(control, config)


def enter_user_namespace(config: dict[str, Any]) -> None:
    """Continue as pid 1 of a new pid namespace in a new user namespace with the ids of `config["ids"]`.

    The parent writes the maps, because only from outside can more than one id be mapped; then it gives up what
    privilege it has and waits.
    """
    moved, mapped = os.pipe(), os.pipe()
    pid = os.fork()
    if pid:
        os.close(moved[1])  # else its end, where the kernel refuses, would go unnoticed
        if os.read(moved[0], 1):
            write_maps(pid, config["ids"])
        os.write(mapped[1], b".")
        wait_for(pid, config["ids"])
    confine.unshare(confine.NEWUSER)
    os.write(moved[1], b".")
    os.read(mapped[0], 1)
    first = config["ids"][0][0]
    os.setresgid(first, first, first)
    os.setresuid(first, first, first)
    confine.unshare(confine.NEWPID | confine.NEWNS)
    pid = os.fork()
    if pid:
        wait_for(pid, [])
    for descriptor in (*moved, *mapped):
        os.close(descriptor)


def write_maps(pid: int, ids: list[list[int]]) -> None:
    """`ids` are rows of (inside, outside, count)."""
    if len(ids) == 1 and ids[0][2] == 1:
        write(f"/proc/{pid}/setgroups", "deny")  # the kernel's condition for a map without privilege
    rows = "".join(f"{inside} {outside} {count}\n" for inside, outside, count in ids)
    write(f"/proc/{pid}/gid_map", rows)
    write(f"/proc/{pid}/uid_map", rows)


def write(path: str, text: str) -> None:
    """Write in one piece: the kernel takes a map so or not at all."""
    descriptor = os.open(path, os.O_WRONLY)
    os.write(descriptor, text.encode())
    os.close(descriptor)


def wait_for(pid: int, ids: list[list[int]]) -> None:
    """Hold the place of a parent, with no privilege and no descriptor, until the child ends."""
    if ids and os.getuid() == 0:
        os.setresgid(ids[0][1], ids[0][1], ids[0][1])
        os.setresuid(ids[0][1], ids[0][1], ids[0][1])
    os.closerange(0, 1024)
    os.waitpid(pid, 0)
    os._exit(0)


def warm_up(profile: str) -> None:
    """Import what costs time. No thread pool may start here: a pool in the parent hangs the child."""
    import numpy  # noqa: PLC0415, ICN001
    import numpy.linalg  # noqa: PLC0415
    import numpy.random  # noqa: F401, PLC0415

    if profile != "plain":
        import torch  # noqa: PLC0415
        import torch.func  # noqa: PLC0415
        import torch.nn.functional  # noqa: PLC0415

        compiler.leave_out()
        torch.set_num_threads(1)
        torch.set_num_interop_threads(1)
    child.get_ready(profile)
    if profile == "gpu" and not accelerator.untouched():
        raise RuntimeError("the device was used before the fork")
    gc.collect()
    gc.freeze()
    collapse()


def beyond_ours(limits: dict[str, int]) -> dict[str, int]:
    """The limits of a child, whose memory is counted from here on: what torch took to be imported is not its own."""
    if "DATA" not in limits:
        return limits
    with open("/proc/self/status", encoding="ascii") as status:
        rows = dict(line.partition(":")[::2] for line in status)
    return limits | {"DATA": limits["DATA"] + (int(rows["VmData"].split()[0]) << 10)}


def collapse() -> None:
    """Ask for huge pages under our private memory: fork and exit then copy far fewer page tables."""
    libc = ctypes.CDLL(None)
    with open("/proc/self/maps", encoding="ascii") as maps:
        rows = [line.split() for line in maps]
    for row in rows:
        start, end = (int(edge, 16) for edge in row[0].split("-"))
        if row[1].startswith("rw") and (len(row) < 6 or row[5] == "[heap]") and end - start >= HUGE:
            libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), MADV_COLLAPSE)


def serve(control: socket.socket, config: dict[str, Any]) -> None:
    """Fork a child for each order until the other side hangs up."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    own_pids = os.open("/proc/self/ns/pid", os.O_RDONLY)
    served = 0
    while True:
        order, descriptors, _, _ = socket.recv_fds(control, 16, 3)
        if not order:
            os._exit(0)
        if order == PING:
            control.send(PING)
            continue
        try:
            confine.unshare(confine.NEWPID)
            if not os.fork():
                begin(descriptors, int(order), config)
        except OSError as error:
            if error.errno not in FLEETING:
                raise
        confine.rejoin(own_pids, confine.NEWPID)  # where nothing was forked, the closed channel tells
        for descriptor in descriptors:
            os.close(descriptor)
        served += 1
        if served % 500 == 0:
            collapse()  # huge pages are split again by copying on write


def begin(descriptors: list[int], slot: int, config: dict[str, Any]) -> None:
    """In the child: keep nothing but the channel and the two outputs, close the box, answer."""
    with contextlib.suppress(BaseException):
        status = os.open("/proc/self/status", os.O_RDONLY)
        null = os.open("/dev/null", os.O_RDONLY)
        keep([null, descriptors[1], descriptors[2], descriptors[0], status])
        try:
            proof = close_box(slot, config)
        except OSError as error:
            child.send(CHANNEL, {"closed": {"error": str(error), "number": error.errno or 0}})
        else:
            child.answer(CHANNEL, proof, config["profile"], config["device"])
    os._exit(0)


def close_box(slot: int, config: dict[str, Any]) -> dict[str, Any]:
    """Everything that `confine` can do, in its order. Returns the proof; raises OSError where a step fails."""
    os.setsid()  # a signal to one's process group stays in the box
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    confine.own_namespaces(config["scratch"], config["scratch_files"], config["read"])
    os.chdir("/tmp")
    confine.set_limits(config["limits"])
    confine.become(config["users"][slot % len(config["users"])])
    confine.drop_capabilities()
    confine.filter_calls(config["rules"])
    proof: dict[str, Any] = confine.self_check(STATUS, config["routes"])
    os.close(STATUS)
    return proof


def keep(descriptors: list[int]) -> None:
    """Make the given descriptors 0, 1, 2, … and close all others."""
    free = [os.dup(descriptor) for descriptor in descriptors]
    high = [os.dup2(descriptor, 200 + place) for place, descriptor in enumerate(free)]
    for place, descriptor in enumerate(high):
        os.dup2(descriptor, place)
    os.closerange(len(descriptors), 1024)


if __name__ == "__main__":
    main()
