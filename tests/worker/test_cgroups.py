"""Control groups: version 2 on a stand-in tree of plain files, as the machine at hand may have version 1 alone."""

from __future__ import annotations

import pytest

from worker.sandbox.box import Box
from worker.sandbox.cgroups import Group, Limits, _delegates, _version_2

LIMITS = Limits(memory=256 << 20, processes=32, cores=1.5)


@pytest.fixture
def place(tmp_path):
    (tmp_path / "cpu.stat").write_text("usage_usec 2500000\nuser_usec 1\n")
    (tmp_path / "memory.events").write_text("low 0\nhigh 0\nmax 3\noom 1\noom_kill 1\n")
    (tmp_path / "memory.peak").write_text("4096\n")
    return tmp_path


@pytest.fixture
def group(place):
    return Group(2, dict.fromkeys(("memory", "pids", "cpu"), place))


def test_version_2_is_told_memory_without_swap_processes_and_cores(place, group):
    group.set_limits(LIMITS)
    names = ("memory.max", "memory.swap.max", "pids.max", "cpu.max")
    assert [(place / name).read_text() for name in names] == ["268435456", "0", "32", "150000 100000"]


def test_a_process_is_attached_once(place, group):
    group.attach(4711)
    assert (place / "cgroup.procs").read_text() == "4711"


def test_version_2_says_what_was_used_and_why_it_killed(group):
    assert (group.cpu_seconds(), group.oom_kills(), group.limit_hits(), group.peak_memory()) == (2.5, 1, 3, 4096)


@pytest.mark.parametrize(
    ("before", "own", "machine"), [((0, 2), True, False), ((0, 3), False, True), ((1, 2), False, False)]
)
def test_a_kill_at_the_own_limit_is_told_from_one_because_the_machine_is_short(group, before, own, machine):
    box = Box(0, group, channel=None, stdout=-1, stderr=-1, memory_before=before)
    assert (box.was_short_of_memory(), box.was_taken_for_memory()) == (own, machine)


def test_a_tree_is_used_only_where_memory_and_processes_are_delegated(tmp_path):
    (tmp_path / "cgroup.subtree_control").write_text("memory pids cpu")
    assert _delegates(tmp_path)
    (tmp_path / "mine").mkdir()
    assert not _delegates(tmp_path / "mine" / "nowhere")


def test_the_top_is_tried_before_the_group_above_our_own(tmp_path):
    for name in (".", "user.slice"):
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / "cgroup.subtree_control").write_text("memory pids")
    trees = _version_2(tmp_path, "0::/user.slice/chainrule.service\n")
    assert [tree.parents["memory"] for tree in trees] == [tmp_path, tmp_path / "user.slice"]
