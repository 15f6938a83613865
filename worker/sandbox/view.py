"""What the box can see of the disk: the interpreter, its standard library, numpy, and torch in the torch profile."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from grader.calls import Profile

SITE = "/box/site"
PACKAGES: dict[Profile, tuple[str, ...]] = {"plain": ("numpy",), "torch": ("numpy", "torch"), "gpu": ("numpy", "torch")}
UNWANTED = ("_tkinter", "_ssl", "_curses", "readline", "nis", "_dbm", "_gdbm", "_crypt")
OF_A_DRIVER = ("libcuda.so", "libnvidia-")  # these come with a device, into its own box only (worker/devices)
_LIBRARY = re.compile(r"(?:=>\s+)?(/\S+)\s+\(0x")


@dataclass(frozen=True)
class View:
    """binds: (source, target), read-only; covered: directories hidden by an empty one; path: for sys.path."""

    python: str
    binds: tuple[tuple[str, str], ...]
    covered: tuple[str, ...]
    path: tuple[str, ...]


@cache
def view(profile: Profile) -> View:
    """The allow-list of one profile on this machine."""
    python = os.path.realpath(sys.executable)
    standard = sysconfig.get_path("stdlib", vars={"installed_base": sys.base_prefix})
    packages = _package_files(profile)
    extensions = [p for p in _shared_objects(Path(standard) / "lib-dynload") if not Path(p).name.startswith(UNWANTED)]
    libraries = _libraries([python, *extensions], packages)
    binds = [(python, python), (standard, standard)]
    binds += [(os.path.realpath(library), library) for library in libraries]
    binds += [(source, f"{SITE}/{name}") for name, source in packages.items()]
    hidden = [f"{standard}/{name}" for name in ("site-packages", "dist-packages", "test", "ensurepip", "idlelib")]
    covered = [path for path in hidden if os.path.isdir(path)]
    return View(python, tuple(binds), tuple(covered), (SITE,))


def _package_files(profile: Profile) -> dict[str, str]:
    """Top-level name in site-packages -> its place, for the profile's packages and all that they require."""
    found: dict[str, str] = {}
    for distribution in _closure(PACKAGES[profile]):
        for file in distribution.files or ():
            top = file.parts[0]
            if top not in {"..", "__pycache__"} and not top.endswith(".pth") and top not in found:
                found[top] = str(distribution.locate_file(top))
    return {name: place for name, place in found.items() if os.path.exists(place)}


def _closure(names: tuple[str, ...]) -> list[importlib.metadata.Distribution]:
    waiting, seen = list(names), {}
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name in seen:
            continue
        try:
            seen[name] = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        required = [r for r in seen[name].requires or () if "extra ==" not in r]
        waiting += [re.split(r"[^A-Za-z0-9._-]", requirement)[0] for requirement in required]
    return list(seen.values())


def _shared_objects(directory: Path) -> list[str]:
    return [str(path) for path in directory.rglob("*.so*") if path.is_file()]


def _libraries(programs: list[str], packages: dict[str, str]) -> list[str]:
    """The system's libraries that programs and packages are linked with, as the dynamic loader finds them."""
    inside = [so for place in packages.values() if os.path.isdir(place) for so in _shared_objects(Path(place))]
    run = subprocess.run(
        ["/usr/bin/ldd", *programs, *inside], capture_output=True, text=True, check=False, env={"LC_ALL": "C"}
    )
    found = dict.fromkeys(path for path in _LIBRARY.findall(run.stdout) if not Path(path).name.startswith(OF_A_DRIVER))
    own = tuple(os.path.realpath(place) + os.sep for place in packages.values())
    return [library for library in found if not os.path.realpath(library).startswith(own)]
