"""What a bare runner of CI waits for: a repository checked with nothing there, with a kept environment, and again.

The same steps as action.yml's: `./run setup grade`, then `./run grader ci`, on the public checks of one exercise.
"""

from __future__ import annotations

import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from cli import assembly
from cli.bench.candidates import EXERCISE

ROOT = Path(__file__).parents[2]
PASSED_ON = ("PATH", "HOME", "PIP_INDEX_URL", "PIP_FIND_LINKS", "PIP_CONFIG_FILE", "PIP_CERT", "SSL_CERT_FILE")
SOLUTION = "def product_backward(x, w, upstream):\n    return w * upstream, x * upstream\n"
SOURCE = f"https://github.com/example/chainrule@{'0' * 40}"
AGAIN = 5
TARGETS = {"cold": 90.0, "kept environment": 15.0, "warm": 3.0}  # seconds


@dataclass(frozen=True)
class Took:
    """wall, cpu: seconds; cpu is user and system time of all processes together. size: bytes that were unpacked."""

    name: str
    wall: float
    cpu: float
    size: int = 0


def measure(*, cold: bool) -> Iterator[Took]:
    """From nothing, from an environment as a cache brings it back, and once more. cold: the first downloads torch."""
    with tempfile.TemporaryDirectory(prefix="chainrule-ci-") as name:
        folder, around = Path(name), assembly.surroundings()
        venv = folder / "venv" if cold else Path(around.get("GRADER_VENV") or ROOT / ".venv")
        given = {key: around[key] for key in PASSED_ON if key in around}
        given |= {"GRADER_VENV": str(venv), "PIP_NO_CACHE_DIR": "1", "LC_ALL": "C.UTF-8", "CI": "true"}
        if cold:
            yield _timed("cold", lambda: _from_nothing(folder, given))
            kept = folder / "kept.tar"
            _run(["tar", "-C", folder, "-cf", kept, "venv"], folder, given)
            shutil.rmtree(venv)
            yield replace(_timed("kept environment", lambda: _from_cache(folder, given)), size=kept.stat().st_size)
        else:
            _write(folder, given)
        times = [_timed("warm", lambda: _check(folder, given)) for _ in range(AGAIN)]
        yield Took("warm", statistics.median(one.wall for one in times), statistics.median(one.cpu for one in times))


def show(found: list[Took]) -> None:
    """A table, with the targets."""
    table = Table(box=None, title="A push of one exercise, on this machine", title_justify="left", title_style="bold")
    for column in ("", "s", "CPU s", "MB", "target"):
        table.add_column(column, justify="left" if not column else "right")
    for one in found:
        met = "✓" if one.wall <= TARGETS[one.name] else "✗"
        size = f"{one.size / 1e6:.0f}" if one.size else ""
        table.add_row(one.name, f"{one.wall:.1f}", f"{one.cpu:.1f}", size, f"≤ {TARGETS[one.name]:g} s {met}")
    Console().print(table)


def _from_nothing(folder: Path, given: dict[str, str]) -> None:
    _run([ROOT / "run", "setup", "grade"], folder, given)
    _write(folder, given)
    _check(folder, given)


def _from_cache(folder: Path, given: dict[str, str]) -> None:
    """As a runner that has kept the environment: unpack it, see that it is the right one, and check."""
    _run(["tar", "-C", folder, "-xf", folder / "kept.tar"], folder, given)
    _run([ROOT / "run", "setup", "grade"], folder, given)
    _check(folder, given)


def _write(folder: Path, given: dict[str, str]) -> None:
    line = [ROOT / "run", "grader", "init-repo", EXERCISE, "--to", folder / "work", "--source", SOURCE]
    _run(line, folder, given)
    (folder / "work" / "solution.py").write_text(SOLUTION, encoding="utf-8")


def _check(folder: Path, given: dict[str, str]) -> None:
    _run([ROOT / "run", "grader", "ci"], folder / "work", given)


def _timed(name: str, act: Callable[[], None]) -> Took:
    before, began = _cpu(), time.monotonic()
    act()
    return Took(name, time.monotonic() - began, _cpu() - before)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _run(line: Sequence[object], folder: Path, given: dict[str, str]) -> None:
    """Raises AssertionError with what it said where it fails."""
    ran = subprocess.run(
        [str(word) for word in line], cwd=folder, env=given, capture_output=True, text=True, check=False
    )
    if ran.returncode:
        raise AssertionError(ran.stdout + ran.stderr)
