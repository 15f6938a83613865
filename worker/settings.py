"""The worker's settings, read once from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from grader.places import data_home, published_folder

DEVICES = ("cpu", "gpu")
STAND_IN = "stand-in"


@dataclass(frozen=True)
class Settings:
    """slots: boxes that may work at once; memory, files and output in bytes, per box.

    home: the folder for data; redis_url: the broker, empty where the embedded one in `home` is used;
    devices: what jobs may ask for here; published: where editions of exercises lie that were published.
    gpu: the N of /dev/nvidiaN, or None where the CPU stands in for one, as in tests;
    gpu_memory: bytes of its memory for a box, 0 for all; gpu_host_memory: bytes of the machine's memory for such a box.
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
    gpu: int | None = 0
    gpu_memory: int = 8 << 30
    gpu_host_memory: int = 4 << 30
    published: Path = Path("chainrule-data/published")

    @classmethod
    def from_environment(cls) -> Settings:
        """GRADER_SLOTS, GRADER_BOX_MEMORY_MIB, GRADER_HOME, GRADER_DEVICES (cpu,gpu), GRADER_PUBLISHED and REDIS_URL.

        GRADER_GPU, GRADER_GPU_MEMORY_MIB and GRADER_GPU_BOX_MEMORY_MIB for the device. Raises ValueError on nonsense.
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
            gpu=_gpu(os.environ.get("GRADER_GPU") or "0"),
            gpu_memory=_positive("GRADER_GPU_MEMORY_MIB", defaults.gpu_memory >> 20) << 20,
            gpu_host_memory=_positive("GRADER_GPU_BOX_MEMORY_MIB", defaults.gpu_host_memory >> 20) << 20,
        )


def _devices(text: str) -> tuple[str, ...]:
    named = tuple(dict.fromkeys(text.replace(" ", "").split(",")))
    if not set(named) <= set(DEVICES):
        message = f"GRADER_DEVICES must name some of {', '.join(DEVICES)}, not {text!r}"
        raise ValueError(message)
    return named


def _gpu(text: str) -> int | None:
    if text != STAND_IN and not text.isdecimal():
        message = f"GRADER_GPU must be the N of /dev/nvidiaN (or {STAND_IN}, for tests), not {text!r}"
        raise ValueError(message)
    return None if text == STAND_IN else int(text)


def _positive(name: str, default: int) -> int:
    text = os.environ.get(name, "")
    if not text:
        return default
    if not text.isdecimal() or int(text) == 0:
        message = f"{name} must be a positive whole number, not {text!r}"
        raise ValueError(message)
    return int(text)
