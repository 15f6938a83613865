"""A real GPU: the box reaches it and nothing else, its memory is limited and cleaned, and nothing that a program does keeps it.

Left out where there is none. What of this has ever run on one stands in docs/gpu.md.
"""

from __future__ import annotations

import time

import numpy as np
import pytest

import assignments
from grader.calls import Call, Failed, File, Note, Request, Returned
from grader.grading import grade
from grader.messages import Job
from worker.sandbox.launch import Sandbox
from worker.settings import Settings

pytestmark = pytest.mark.gpu
PROGRAM = """
import os, torch
def where(x):
    return str(x.device), str(x.dtype)
def double(x):
    return 2 * x
def on_the_cpu(x):
    return 2 * x.cpu()
def product(n):
    a = torch.rand(n, n, device="cuda")
    exact = a.double() @ a.double()
    return ((a @ a).double() - exact).abs().max().item() / exact.abs().max().item()
def all_of_it(gib):
    return torch.empty(gib << 30, dtype=torch.uint8, device="cuda").sum().item()
def lift_the_limit(gib):
    torch.cuda.set_per_process_memory_fraction(1.0, 0)
    kept = [torch.ones(1 << 30, dtype=torch.uint8, device="cuda") for _ in range(gib)]
    torch.cuda.synchronize()
    import time
    time.sleep(5)
    return len(kept)
def never_ends(x):
    torch.cuda._sleep(1 << 62)
    torch.cuda.synchronize()
def break_it(x):
    torch.ones(4, device="cuda")[torch.tensor([1 << 40], device="cuda")].sum().item()
def blocks():
    found, size = [], 1 << 30
    while size >= 1 << 20:
        try:
            found.append(torch.empty(size, dtype=torch.uint8, device="cuda"))
        except torch.OutOfMemoryError:
            size //= 2
    return found
def plant(pattern):
    taken = blocks()
    for block in taken:
        block.fill_(pattern)
    torch.cuda.synchronize()
    return sum(map(len, taken))
def find(pattern):
    taken, found = blocks(), 0
    part = 16 << 20
    first = taken.pop()
    taken.pop()
    for block in taken:
        for start in range(0, len(block), part):
            found += int((block[start:start + part] == pattern).sum())
    return sum(map(len, taken)), found
def nodes():
    return sorted(os.listdir("/dev")), sorted(os.listdir("/box/driver"))
"""
NAMES = tuple(line[4:].partition("(")[0] for line in PROGRAM.splitlines() if line.startswith("def "))
X = np.array([1.0, 2.5])


@pytest.fixture(scope="module")
def gpu(tmp_path_factory):
    """The device with a limit of 2 GiB for a box."""
    home = tmp_path_factory.mktemp("home")
    with Sandbox(Settings(slots=1, home=home, devices=("cpu", "gpu"), gpu_memory=2 << 30)) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The device with all of its memory for a box."""
    home = tmp_path_factory.mktemp("home")
    with Sandbox(Settings(slots=1, home=home, devices=("cpu", "gpu"), gpu_memory=0)) as sandbox:
        yield sandbox


def ran(sandbox, *calls, seconds=30.0):
    return sandbox.run(Request((File("ada.py", PROGRAM),), calls, NAMES, profile="gpu", seconds=seconds))


def test_arguments_arrive_on_the_device_and_answers_come_back_from_it(gpu):
    found = ran(gpu, Call("where", (X,), "gpu"), Call("where", (X,), "gpu", "bfloat16"), Call("double", (X,), "gpu"))
    first, short, doubled = found.outcomes
    assert first.value == ("cuda:0", "torch.float64")
    assert short.value == ("cuda:0", "torch.bfloat16")
    assert doubled.value.tolist() == [2.0, 5.0]
    assert not doubled.strayed
    assert [note.code for note in found.notes if note.code == "gpu"]


def test_an_answer_on_the_cpu_is_noticed(gpu):
    assert ran(gpu, Call("on_the_cpu", (X,), "gpu")).outcomes[0].strayed


def test_float32_is_not_rounded_to_tf32(gpu):
    assert ran(gpu, Call("product", (512,), "gpu")).outcomes[0].value < 1e-5


def test_the_box_holds_the_device_the_drivers_libraries_and_nothing_else(gpu):
    nodes, libraries = ran(gpu, Call("nodes", ())).outcomes[0].value
    assert {name for name in nodes if name.startswith("nvidia")} == {"nvidia0", "nvidia-uvm", "nvidiactl"}
    assert "libcuda.so.1" in libraries
    assert not [name for name in libraries if "ml" in name or "gl" in name.lower()]


def test_out_of_memory_is_said_to_the_student_and_the_next_call_is_served(gpu):
    full, double = ran(gpu, Call("all_of_it", (3,), "gpu"), Call("double", (X,), "gpu")).outcomes
    assert isinstance(full, Failed)
    assert full.text.startswith("gpu memory")
    assert double.value.tolist() == [2.0, 5.0]


def test_who_lifts_torchs_limit_is_ended_from_outside(gpu):
    outcome = ran(gpu, Call("lift_the_limit", (6,), "gpu")).outcomes[0]
    assert outcome.reason == "memory"


def test_a_kernel_that_never_ends_is_killed_and_the_device_serves_the_next(gpu):
    started = time.monotonic()
    assert ran(gpu, Call("never_ends", (X,), "gpu"), seconds=3.0).outcomes[0].reason == "timeout"
    assert time.monotonic() - started < 30
    assert ran(gpu, Call("double", (X,), "gpu")).outcomes[0].value.tolist() == [2.0, 5.0]


def test_an_error_of_the_device_ends_with_its_box(gpu):
    assert isinstance(ran(gpu, Call("break_it", (X,), "gpu")).outcomes[0], Failed)
    assert ran(gpu, Call("double", (X,), "gpu")).outcomes[0].value.tolist() == [2.0, 5.0]


def test_nothing_of_a_planted_pattern_is_found_by_the_next(whole):
    """Mallory fills all memory with one byte; Ada takes all of it and looks."""
    planted = ran(whole, Call("plant", (0xA5,)), seconds=60.0).outcomes[0].value
    seen, found = ran(whole, Call("find", (0xA5,)), seconds=60.0).outcomes[0].value
    assert seen > 0.9 * planted
    assert found == 0


@pytest.mark.parametrize("name", ["linear_module", "two_layer_classifier", "softmax_regression", "train_on_device"])
def test_right_work_earns_the_points_for_the_gpu(gpu, name):
    from tests.assignments.test_dress import DRESS

    exercise = assignments.find(name)
    right = next(path for path in sorted((DRESS / name).iterdir()) if "earns: full" in path.read_text())
    job = Job("s", "", 0, name, exercise.edition, (File(right.name, right.read_text()),), "3", device="gpu")
    report = grade(job, exercise, gpu.run)
    assert report.all_passed, report
    assert any(finding.device == "gpu" and finding.points for finding in report.findings)
    assert [remark.code for remark in report.remarks if remark.code == "gpu"] == ["gpu"]


def test_what_is_known_of_the_device_is_not_the_word_of_the_box(gpu):
    assert gpu.lender.device.name
    assert gpu.lender.device.driver
    assert Note("gpu", gpu.lender.device.name) in ran(gpu, Call("double", (X,), "gpu")).notes
    assert isinstance(ran(gpu, Call("double", (X,), "gpu")).outcomes[0], Returned)
