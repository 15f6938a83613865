"""Which tests are fast: those that no marker calls otherwise."""

from __future__ import annotations

import pytest

SLOW_KINDS = ("box", "slow", "hostile", "browser", "service", "gpu")


def is_fast(item: pytest.Item) -> bool:
    """Starts no process, reaches for no network, and takes far less than a second."""
    return not any(item.get_closest_marker(kind) for kind in SLOW_KINDS)
