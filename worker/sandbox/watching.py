"""The fallback where no control group can be had: memory of a box, summed over /proc from outside."""

from __future__ import annotations

from pathlib import Path

PAUSE = 0.02  # seconds between two looks
COUNTED = ("RssAnon", "RssShmem", "VmSwap")


def memory(pid: int) -> int:
    """Bytes of memory of its own of a process and all below it, whichever thread began them; 0 once it is gone.

    What forked processes share is counted for each: too much rather than too little.
    """
    total, waiting = 0, [pid]
    while waiting:
        place = Path(f"/proc/{waiting.pop()}")
        threads = _threads(place)
        total += next((own for one in (place, *threads) if (own := _own(one))), 0)
        for thread in threads:
            waiting += map(int, _read(thread / "children").split())
    return total


def _threads(place: Path) -> list[Path]:
    try:
        return list((place / "task").iterdir())
    except OSError:
        return []


def _own(place: Path) -> int:
    """Of a process, which the kernel tells no more once its first thread has ended; then of any other thread."""
    rows = [line.split()[1] for line in _read(place / "status").splitlines() if line.startswith(COUNTED)]
    return sum(map(int, rows)) << 10


def _read(path: Path) -> str:
    """Empty where it has ended meanwhile: to end threads all the time hides nothing else."""
    try:
        return path.read_text()
    except OSError:
        return ""
