"""What others wrote for browsers, kept beside ours: `python -m web.vendoring` makes it again from npm's packages.

VENDOR.json names every package, its version and licence, and for each file where it is from and its SHA-256. A file
whose checksum is not the written one is refused; `--update` writes the checksums of what has come instead.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

VENDORED = Path(__file__).parent / "static" / "vendor"
LIST = "VENDOR.json"


class Differs(Exception):
    """A file is not what the list says."""


@dataclass(frozen=True)
class Foreign:
    """One file of a package. `source` is its path in the package, `path` that below the folder of the list."""

    package: str
    version: str
    source: PurePosixPath
    path: PurePosixPath
    sha256: str


def listed(folder: Path = VENDORED) -> Iterator[Foreign]:
    """Every file that VENDOR.json in `folder` names."""
    for entry in _read(folder):
        for path, file in entry["files"].items():
            source = PurePosixPath(file["from"])
            yield Foreign(entry["package"], entry["version"], source, PurePosixPath(path), file["sha256"])


def differing(folder: Path = VENDORED) -> list[str]:
    """The files that are missing, changed, or there without being listed."""
    files = {str(file.path): file.sha256 for file in listed(folder)}
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    wrong = [path for path, digest in files.items() if path not in found or _digest(found[path]) != digest]
    return sorted(wrong + [path for path in found if path not in {*files, LIST}])


def fetch(folder: Path, *, update: bool = False) -> None:
    """Unpack every listed file anew. Raises Differs, and CalledProcessError where npm fails."""
    with tempfile.TemporaryDirectory() as scratch:
        for entry in _read(folder):
            _pack(entry["package"], entry["version"], Path(scratch) / entry["package"].replace("/", "-"))
        for file in listed(folder):
            source = Path(scratch) / file.package.replace("/", "-") / "package" / file.source
            if not update and _digest(source) != file.sha256:
                raise Differs(f"{file.package} {file.version}: {file.source} is not the file that {LIST} describes")
            target = folder / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    if update:
        _write_checksums(folder)


def _pack(package: str, version: str, target: Path) -> None:
    """A package as its author published it."""
    target.mkdir(parents=True)
    npm = shutil.which("npm") or "npm"
    subprocess.run(  # noqa: S603 - our own list says which packages
        [npm, "pack", "--silent", "--ignore-scripts", f"{package}@{version}"],
        cwd=target,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    (packed,) = target.glob("*.tgz")
    with tarfile.open(packed) as archive:
        archive.extractall(target, filter="data")


def _write_checksums(folder: Path) -> None:
    entries = _read(folder)
    for entry in entries:
        for path, file in entry["files"].items():
            file["sha256"] = _digest(folder / path)
    (folder / LIST).write_text(json.dumps(entries, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _read(folder: Path) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads((folder / LIST).read_text(encoding="utf-8"))
    return entries


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--update"]
    for name in arguments or [str(VENDORED)]:
        fetch(Path(name), update="--update" in sys.argv)
