"""Which device nodes a box may open at all, held by the control group where the machine has version 1 of these.

Version 2 knows no such files, only programs loaded into the kernel: there the nodes that the box can see are the rule.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import replace
from pathlib import Path

from worker.sandbox.cgroups import ROOT, Group, Tree

ALWAYS = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


def only(group: Group, nodes: tuple[str, ...], root: Path = ROOT) -> Group:
    """The same group, in version 1 with these nodes and the harmless ones and no other; as it was where that fails."""
    tree = Tree(1, {"devices": root / "devices"})
    if group.version != 1 or not nodes or not (root / "devices" / "devices.list").exists():
        return group
    place = root / "devices" / group.places["pids"].name
    with contextlib.suppress(OSError):
        tree.sweep()
        place.mkdir(exist_ok=True)
        (place / "devices.deny").write_text("a")
        for node in (*ALWAYS, *nodes):
            number = Path(node).stat().st_rdev
            (place / "devices.allow").write_text(f"c {os.major(number)}:{os.minor(number)} rw")
        return replace(group, places={**group.places, "devices": place})
    return group
