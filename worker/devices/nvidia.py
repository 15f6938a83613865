"""What a box needs of an NVIDIA GPU: its device nodes and the driver's libraries for computing, and nothing else.

The lists are those of NVIDIA's container tools for the `compute` capability, less what serves debuggers, OpenCL and
pictures. The nodes are named by the driver, the libraries by the loader's cache.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grader.messages import Text
from worker.devices import nvml
from worker.sandbox.box import SandboxUnavailable

COMPUTE = ("libcuda", "libnvidia-ptxjitcompiler", "libnvidia-nvvm", "libnvidia-gpucomp", "libnvidia-fatbinaryloader")
WORDS_OF = ("x86-64", "AArch64")  # what the loader's cache calls libraries of 64 bits
LISTED = re.compile(r"^\s*(?P<name>\S+) \((?P<kind>[^)]*)\) => (?P<path>\S+)$", re.MULTILINE)
FOLDERS = ("usr/lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu", "usr/lib64", "usr/local/nvidia/lib64")
SONAME = re.compile(r"\.so\.\d+$|(gpucomp|fatbinaryloader)\.so\.")  # by which libcuda looks for it
VERSION = re.compile(r"\b\d+\.\d+(?:\.\d+)?\b")
READ = (
    "cpuinfo",
    "devices",
    "meminfo",
    "modules",
    "driver/nvidia/params",
    "sys/vm/mmap_min_addr",
)  # of /proc, by libcuda


class NoDevice(SandboxUnavailable):
    """There is no GPU here that could be lent, and why."""


@dataclass(frozen=True)
class Device:
    """A GPU. `torch` is torch's word for it; used() and free() are the bytes of its memory that are taken and not."""

    name: str
    driver: str
    torch: str = "cuda"
    nodes: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    read: tuple[str, ...] = READ
    used: Callable[[], int] = lambda: 0
    free: Callable[[], int] = lambda: 0


STAND_IN = Device("stand-in", "", torch="cpu", read=("cpuinfo", "meminfo", "sys/vm/mmap_min_addr"))


def find(number: int, root: Path = Path("/")) -> Device:
    """The GPU with this minor number. Raises NoDevice, whose remedy says what to do."""
    nodes = [root / "dev" / name for name in ("nvidiactl", "nvidia-uvm", f"nvidia{number}")]
    missing = [str(node) for node in nodes if not node.exists()]
    if missing:
        raise _no_device(
            f"{', '.join(missing)} missing", "load NVIDIA's driver (`nvidia-modprobe -c 0 -u` makes nodes)"
        )
    libraries = tuple(_libraries(_cache()) or _lying_in(root))
    if not any(Path(library).name.startswith("libcuda.so") for library in libraries):
        raise _no_device("libcuda.so.1 missing", "in a container NVIDIA_DRIVER_CAPABILITIES must be compute,utility")
    bus, name = _card(number, root / "proc/driver/nvidia/gpus")
    try:
        nvml.memory_of(bus)
        partitioned = nvml.is_partitioned(bus)
    except nvml.NvmlError as error:
        raise _no_device(
            str(error), "NVML watches the device's memory: install the driver's libnvidia-ml.so.1"
        ) from error
    if partitioned:
        raise _no_device(
            f"{name} is split into instances (MIG), which are not lent",
            f"`nvidia-smi -i {bus} -mig 0` makes it whole, or GRADER_GPU names another",
        )
    driver = VERSION.search(_read(root / "proc/driver/nvidia/version").partition("Module")[2])
    return Device(
        name=name,
        driver=driver[0] if driver else "",
        nodes=tuple(map(str, nodes)),
        libraries=libraries,
        used=lambda: int(nvml.memory_of(bus).used),
        free=lambda: int(nvml.memory_of(bus).free),
    )


def _no_device(why: str, remedy: str) -> NoDevice:
    return NoDevice(Text(f"no GPU can be lent: {why}", f"没有可用的 GPU：{why}"), Text(remedy, remedy))


def _card(number: int, folder: Path) -> tuple[str, str]:
    """Address and name of the GPU with a minor number, as the driver tells them. Raises NoDevice."""
    for place in sorted(folder.glob("*/information")):
        rows = dict(line.partition(":")[::2] for line in _read(place).splitlines())
        if rows.get("Device Minor", "").strip() == str(number):
            return place.parent.name, rows.get("Model", "").strip()
    raise _no_device(f"the driver knows no GPU number {number}", "GRADER_GPU is the number in /dev/nvidiaN")


def _cache() -> str:
    """What the dynamic loader finds, one library a line."""
    run = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=False, env={"LC_ALL": "C"})
    return run.stdout


def _libraries(listed: str) -> dict[str, None]:
    """The paths of the driver's libraries for computing, each once, by the names under which they are looked for."""
    rows = [match for match in LISTED.finditer(listed) if any(word in match["kind"] for word in WORDS_OF)]
    return dict.fromkeys(row["path"] for row in rows if row["name"].partition(".so")[0] in COMPUTE)


def _lying_in(root: Path) -> list[str]:
    """The same, where the loader's cache lacks them: it cannot be written in a container whose root is read-only."""
    folders = [root / folder for folder in FOLDERS]
    found = {path.name: str(path) for folder in reversed(folders) for path in folder.glob("lib*.so.*")}
    return [path for name, path in sorted(found.items()) if name.partition(".so")[0] in COMPUTE and SONAME.search(name)]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""
