"""The kernel calls that close the box around a forked child, one verb each.

Order matters: namespaces and mounts while there are capabilities, then the user, then the capabilities,
then no_new_privs, then the system call filter. After `confine` nothing of this can be undone.
"""

from __future__ import annotations

import ctypes
import os
import resource
import struct

NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID = (
    0x80,
    0x20000,
    0x2000000,
    0x4000000,
    0x8000000,
    0x10000000,
    0x20000000,
)
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REC, MS_PRIVATE = 1, 2, 4, 8, 0x4000, 0x40000
MS_REMOUNT, MS_BIND, MS_MOVE = 0x20, 0x1000, 0x2000
PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP, PR_SET_SECUREBITS = 4, 22, 24, 28
PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_SET_THP_DISABLE = 38, 47, 41
SECCOMP_MODE_FILTER = 2
SECUREBITS_LOCKED = 0xEF  # no root privileges by uid 0, no ambient capabilities, all of it locked
HIGHEST_CAPABILITY = 40
CAPABILITY_VERSION_3 = 0x20080522
THREADS = 128  # that a box with a device may name

_libc = ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments: object) -> None:
    if getattr(_libc, name)(*arguments) < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def unshare(flags: int) -> None:
    """Move this process (for NEWPID: its next children) into new namespaces."""
    _call("unshare", flags)


def rejoin(descriptor: int, kind: int) -> None:
    """Go back into the namespace that a descriptor of /proc/self/ns stands for."""
    _call("setns", descriptor, kind)


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """Mount a file system of a kind at a target."""
    _call("mount", source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode())


def prctl(option: int, *arguments: int) -> None:
    """Change a property of this process; options not given are 0."""
    _call("prctl", option, *(ctypes.c_ulong(a) for a in (*arguments, 0, 0, 0, 0)[:4]))


class Filter(ctypes.Structure):
    """struct sock_fprog: a compiled system call filter."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def own_namespaces(scratch: int, scratch_files: int, read: list[str]) -> None:
    """A view of the file system, of SysV and POSIX queues and of the host name of one's own.

    /tmp is an empty tmpfs of `scratch` bytes and `scratch_files` inodes; /proc is covered by nothing at all, or by
    what a device's driver reads.
    """
    unshare(NEWNS | NEWIPC | NEWUTS | NEWCGROUP)
    mount("", "/", "", MS_REC | MS_PRIVATE)
    flags = MS_NOSUID | MS_NODEV | MS_NOEXEC
    mount("tmpfs", "/tmp", "tmpfs", flags, f"size={scratch},nr_inodes={scratch_files},mode=1777")
    if read:
        little_proc(read, flags)
    else:
        mount("tmpfs", "/proc", "tmpfs", flags | MS_RDONLY, "size=0,nr_inodes=1,mode=0555")
    _call("sethostname", b"box", 3)


def little_proc(read: list[str], flags: int) -> None:
    """A /proc with these files that tell of the machine, where it has them, and the directory of this process.

    Of that what tells of mounts, and so of places outside, is empty. The process goes by the number it has in its box.
    """
    place = "/box/proc"
    mount("tmpfs", place, "tmpfs", flags, "size=64k,nr_inodes=64,mode=0555")
    for name in filter(lambda name: os.path.exists(f"/proc/{name}"), read):
        os.makedirs(os.path.dirname(f"{place}/{name}"), exist_ok=True)
        os.close(os.open(f"{place}/{name}", os.O_CREAT | os.O_WRONLY, 0o444))
        mount(f"/proc/{name}", f"{place}/{name}", "", MS_BIND)
    os.mkdir(f"{place}/self", 0o555)
    os.symlink("self", f"{place}/1")
    mount("/proc/self", f"{place}/self", "", MS_BIND)
    for name in ("mountinfo", "mounts", "mountstats"):
        mount("/dev/null", f"{place}/self/{name}", "", MS_BIND)
    let_threads_be_named(f"{place}/self/task", flags)
    mount("", place, "", MS_REMOUNT | MS_RDONLY | flags)
    mount(place, "/proc", "", MS_MOVE)


def let_threads_be_named(place: str, flags: int) -> None:
    """Take a name for a thread of any number, which nobody reads.

    libcuda does not begin (error 304) where it cannot name the thread that it starts, and it knows that by its number
    in this box, while this /proc, made before the box, has the numbers of the world outside.
    """
    mount("tmpfs", place, "tmpfs", flags, f"size=64k,nr_inodes={THREADS + 8},mode=0555")
    os.mkdir(f"{place}/any")
    os.close(os.open(f"{place}/any/comm", os.O_CREAT | os.O_WRONLY))
    os.chmod(f"{place}/any/comm", 0o666)  # noqa: S103 - by whatever user the box gets
    for number in range(1, THREADS + 1):
        os.symlink("any", f"{place}/{number}")


def set_limits(limits: dict[str, int]) -> None:
    """Set each of RLIMIT_<name>, soft and hard."""
    for name, value in limits.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))


def become(user: int) -> None:
    """Take the slot's own user and group."""
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def close_the_ways_back() -> None:
    """Empty the ambient and bounding sets and lock the rest: once, in the warm process, for all children."""
    prctl(PR_CAP_AMBIENT, 4)
    for capability in range(HIGHEST_CAPABILITY + 1):
        prctl(PR_CAPBSET_DROP, capability)
    prctl(PR_SET_SECUREBITS, SECUREBITS_LOCKED)


def drop_capabilities() -> None:
    """Empty the effective, permitted and inheritable sets."""
    header = struct.pack("<Ii", CAPABILITY_VERSION_3, 0)
    _call("capset", header, bytes(24))


def filter_calls(rules: Filter) -> None:
    """Refuse every system call that the compiled filter does not allow, for good."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    prctl(PR_SET_DUMPABLE, 0)
    _call("prctl", PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(rules), 0, 0)


def count_routes() -> int:
    """Routes of this network namespace, which all children share and none can change."""
    with open("/proc/self/net/route", encoding="ascii") as table:
        return len(table.readlines()) - 1


def still_allowed() -> list[str]:
    """Which of two harmless calls are not refused, as they must be: a filter may be there and let all pass."""
    calls = {"unshare": (0,), "socket": (1, 1, 0)}
    return [name for name, arguments in calls.items() if getattr(_libc, name)(*arguments) >= 0]


def self_check(status: int, routes: int) -> dict[str, object]:
    """What the kernel says of this process, read from a descriptor opened before /proc was covered."""
    lines = dict(line.partition(":\t")[::2] for line in os.read(status, 8192).decode().split("\n"))
    return {
        "seccomp": lines["Seccomp"],
        "no_new_privs": lines["NoNewPrivs"],
        "capabilities": lines["CapEff"] + lines["CapPrm"] + lines["CapBnd"] + lines["CapAmb"],
        "routes": routes,
        "proc": len(os.listdir("/proc")),
        "allowed": still_allowed(),
        "user": os.getuid(),
        "pid": os.getpid(),
    }
