"""What this machine offers for the box, what it lacks, and how to mend that: `grader doctor`."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from grader.calls import Call, File, Profile, Request, Returned
from grader.errors import DeviceLost
from grader.messages import Text
from worker.sandbox.box import SEE_DOCTOR
from worker.sandbox.cgroups import open_tree
from worker.sandbox.jail import bubblewrap, compile_filter
from worker.sandbox.launch import Sandbox, SandboxUnavailable
from worker.settings import Settings


@dataclass(frozen=True)
class Audit:
    """One finding: ok is True, False (boxes cannot be had), or None (they can, but something is weaker)."""

    what: str
    ok: bool | None
    detail: Text
    remedy: Text | None = None


def audit() -> Iterator[Audit]:
    """Look at everything that the box stands on, and at last at a real box of each profile."""
    looks: tuple[Callable[[], Audit], ...] = (_kernel, _wall, _namespaces, _filter, _groups, _swap, _user)
    for look in looks:
        yield look()
    for profile in ("plain", "torch"):
        yield _real_box(profile, Settings(slots=1))
    yield from _gpu(Settings.from_environment())


def _kernel() -> Audit:
    release = platform.release()
    numbers = tuple(int(part) for part in release.split("-")[0].split(".")[:2] if part.isdigit())
    new = platform.system() == "Linux" and numbers >= (5, 10)
    words = Text(
        f"{platform.system()} {release} on {platform.machine()}",
        f"{platform.system()} {release}（{platform.machine()}）",
    )
    return Audit(
        "kernel", new, words, None if new else Text("Linux 5.10 or newer is needed", "需要 Linux 5.10 或更新的内核")
    )


def _wall() -> Audit:
    try:
        path = bubblewrap()
        version = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, RuntimeError, subprocess.CalledProcessError) as error:
        return Audit("bubblewrap", False, Text(str(error), str(error)), Text("install bubblewrap", "请安装 bubblewrap"))
    return Audit("bubblewrap", True, Text(f"{version} ({path})", f"{version}（{path}）"))


def _namespaces() -> Audit:
    closed = [
        f"{name} = 0"
        for name in ("kernel/unprivileged_userns_clone", "user/max_user_namespaces")
        if _read(Path("/proc/sys") / name) == "0"
    ]
    if _read(Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")) == "1" and os.geteuid() != 0:
        closed.append("kernel.apparmor_restrict_unprivileged_userns = 1")
    if not closed:
        return Audit("namespaces", True, Text("user namespaces can be made", "可以创建用户命名空间"))
    words = ", ".join(closed)
    remedy = Text(
        "allow user namespaces with sysctl, or let root start the worker (it gives each box a user of its own)",
        "用 sysctl 允许用户命名空间，或者由 root 启动 worker（它会给每个沙箱分配独立用户）",
    )
    return Audit("namespaces", False, Text(words, words), remedy)


def _filter() -> Audit:
    try:
        compile_filter()
    except (OSError, RuntimeError, ImportError) as error:
        remedy = Text("install libseccomp2", "请安装 libseccomp2")
        return Audit("seccomp", False, Text(str(error), str(error)), remedy)
    return Audit("seccomp", True, Text("system call filters can be set", "可以设置系统调用过滤器"))


def _groups() -> Audit:
    tree = open_tree()
    if tree is None:
        detail = Text(
            "no control group can be made: rlimits and a watcher hold the limits",
            "无法创建 cgroup：由 rlimit 和监视进程执行限制",
        )
        remedy = Text(
            "start the worker as root or with systemd's Delegate=yes",
            "请用 root 启动 worker，或使用 systemd 的 Delegate=yes",
        )
        return Audit("cgroups", None, detail, remedy)
    names = ", ".join(tree.parents)
    return Audit("cgroups", True, Text(f"version {tree.version}: {names}", f"版本 {tree.version}：{names}"))


def _swap() -> Audit:
    rows = _read(Path("/proc/swaps")).splitlines()[1:]
    if not rows:
        return Audit(
            "swap", True, Text("no swap: a memory limit is a memory limit", "没有交换区：内存限制就是内存限制")
        )
    tree = open_tree()
    ok = (
        True
        if tree and (tree.version == 2 or (tree.parents["memory"] / "memory.memsw.limit_in_bytes").exists())
        else None
    )
    remedy = None if ok else Text("switch swap accounting on, or swap off", "请打开交换区计量，或关闭交换区")
    return Audit("swap", ok, Text("there is swap", "有交换区"), remedy)


def _user() -> Audit:
    if os.geteuid() == 0:
        return Audit(
            "user",
            True,
            Text("root: each box has an unprivileged user of its own", "root：每个沙箱都有独立的非特权用户"),
        )
    detail = Text("all boxes run as your user, in a user namespace", "所有沙箱都以你的用户身份、在用户命名空间中运行")
    return Audit("user", None, detail, Text("on a server, start the worker as root", "在服务器上请由 root 启动 worker"))


def _gpu(settings: Settings) -> Iterator[Audit]:
    """Of the GPU, where there are traces of one or the settings promise one; then a real box that has it."""
    promised = "gpu" in settings.devices
    if not promised and not Path("/dev/nvidiactl").exists():
        return
    from worker.devices.nvidia import STAND_IN, find  # noqa: PLC0415 - most machines have none

    try:
        device = STAND_IN if settings.gpu is None else find(settings.gpu)
    except SandboxUnavailable as lacking:
        yield Audit("gpu", False if promised else None, lacking.text, lacking.remedy)
        return
    words = (
        f"{device.name}, driver {device.driver or '–'}, {len(device.nodes)} nodes, {len(device.libraries)} libraries"
    )
    remedy = None if promised else Text("to lend it: GRADER_DEVICES=cpu,gpu", "要使用它：GRADER_DEVICES=cpu,gpu")
    yield Audit("gpu", True if promised else None, Text(words, words), remedy)
    if promised:
        yield _real_box("gpu", replace(settings, slots=1))


def _real_box(profile: Profile, settings: Settings) -> Audit:
    """One request through a real box, which proves itself closed before it answers."""
    source = "def double(x):\n    return 2 * x\n"
    request = Request((File("probe.py", source),), (Call("double", (1.5,)),), ("double",), profile=profile)
    try:
        with Sandbox(settings) as sandbox:
            ran = sandbox.run(request)
    except DeviceLost as lost:
        why = str(lost)
        return Audit(f"box ({profile})", False, Text(why, why), Text("see docs/gpu.md", "见 docs/gpu.md"))
    except SandboxUnavailable as unavailable:
        remedy = None if unavailable.remedy == SEE_DOCTOR else unavailable.remedy
        return Audit(f"box ({profile})", False, unavailable.text, remedy)
    right = ran.outcomes == (Returned(3.0),)
    milliseconds = f"{ran.seconds.wall * 1000:.0f} ms"
    detail = Text(f"a closed box answered in {milliseconds}", f"封闭的沙箱在 {milliseconds} 内作答")
    return Audit(f"box ({profile})", right, detail if right else Text(repr(ran), repr(ran)))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        return ""
