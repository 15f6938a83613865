"""The worker's settings, read once from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from grader.places import data_home, published_folder

DEVICES = ("cpu", "gpu")


@dataclass(frozen=True)
class Settings:
    """slots: boxes that may work at once; memory, files and output in bytes, per box.

    home: the folder for data; redis_url: the broker, empty where the embedded one in `home` is used;
    devices: what jobs may ask for here; published: where editions of exercises lie that were published.
    """

    slots: int = 2
    memory: int = 1 << 30
    processes: int = 64
    scratch: int = 64 << 20
    scratch_files: int = 1024
    printed: int = 64 << 10
    home: Path = Path("chainrule-data")
    redis_url: str = field(default="", repr=False)  # it may hold a password
    devices: tuple[str, ...] = ("cpu",)
    published: Path = Path("chainrule-data/published")

    @classmethod
    def from_environment(cls) -> Settings:
        """GRADER_SLOTS, GRADER_BOX_MEMORY_MIB, GRADER_HOME, GRADER_DEVICES (cpu,gpu), GRADER_PUBLISHED and REDIS_URL.

        Raises ValueError on nonsense.
        """
        defaults = cls()
        cores = len(os.sched_getaffinity(0))
        return cls(
            slots=_positive("GRADER_SLOTS", max(cores, 1)),
            memory=_positive("GRADER_BOX_MEMORY_MIB", defaults.memory >> 20) << 20,
            home=data_home(os.environ),
            redis_url=os.environ.get("REDIS_URL", ""),
            published=published_folder(os.environ),
            devices=_devices(os.environ.get("GRADER_DEVICES") or "cpu"),
        )


def _devices(text: str) -> tuple[str, ...]:
    named = tuple(dict.fromkeys(text.replace(" ", "").split(",")))
    if not set(named) <= set(DEVICES):
        message = f"GRADER_DEVICES must name some of {', '.join(DEVICES)}, not {text!r}"
        raise ValueError(message)
    return named


def _positive(name: str, default: int) -> int:
    text = os.environ.get(name, "")
    if not text:
        return default
    if not text.isdecimal() or int(text) == 0:
        message = f"{name} must be a positive whole number, not {text!r}"
        raise ValueError(message)
    return int(text)
