"""The worker's settings, read once from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """slots: boxes that may work at once; memory, files and output in bytes, per box."""

    slots: int = 2
    memory: int = 1 << 30
    processes: int = 64
    scratch: int = 64 << 20
    scratch_files: int = 1024
    printed: int = 64 << 10

    @classmethod
    def from_environment(cls) -> Settings:
        """GRADER_SLOTS and GRADER_BOX_MEMORY_MIB, where they are set. Raises ValueError on nonsense."""
        defaults = cls()
        cores = len(os.sched_getaffinity(0))
        return cls(
            slots=_positive("GRADER_SLOTS", max(cores, 1)),
            memory=_positive("GRADER_BOX_MEMORY_MIB", defaults.memory >> 20) << 20,
        )


def _positive(name: str, default: int) -> int:
    text = os.environ.get(name, "")
    if not text:
        return default
    if not text.isdecimal() or int(text) == 0:
        message = f"{name} must be a positive whole number, not {text!r}"
        raise ValueError(message)
    return int(text)
