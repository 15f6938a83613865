"""The GPU's box, without one: what it would see, how it is lent and cleaned, and that it is as closed as any other.

Where the real thing cannot run, the CPU stands in for it (Settings(gpu=None)): boxes, leases, frames and the judge are
real, and only the device is not. What needs a real one is in test_gpu.py.
"""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

import assignments
from grader import sentences
from grader.asking import ask
from grader.calls import Call, Failed, File, Note, Ran, Request, Returned
from grader.errors import DeviceLost
from grader.grading import answer_key
from grader.messages import Job
from tests.hostile.test_hostile import read_program
from worker.devices import lending, nvidia, nvml, rules, scrub
from worker.sandbox import launch
from worker.sandbox import view as view_of_boxes
from worker.sandbox.cgroups import Group
from worker.sandbox.inside.accelerator import strayed
from worker.sandbox.jail import command, compile_filter
from worker.sandbox.launch import Sandbox, SandboxUnavailable
from worker.sandbox.view import view
from worker.settings import Settings

HOSTILE = Path(__file__).parents[1] / "hostile"
CACHE = """\
1234 libs found in cache `/etc/ld.so.cache'
\tlibnvidia-ptxjitcompiler.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libnvidia-ptxjitcompiler.so.1
\tlibnvidia-ml.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libnvidia-ml.so.1
\tlibnvidia-glcore.so.580.95.05 (libc6,x86-64) => /lib/x86_64-linux-gnu/libnvidia-glcore.so.580.95.05
\tlibcudadebugger.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libcudadebugger.so.1
\tlibcuda.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libcuda.so.1
\tlibcuda.so.1 (libc6) => /lib/i386-linux-gnu/libcuda.so.1
\tlibc.so.6 (libc6,x86-64, OS ABI: Linux 3.2.0) => /lib/x86_64-linux-gnu/libc.so.6
"""
INFORMATION = "Model: \t\t NVIDIA H200\nIRQ:   \t\t 24\nDevice Minor: \t 3\nGPU Excluded:\t No\n"
VERSION = "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.95.05  Release Build  (dvs-builder)\nGCC version: 13\n"


@pytest.fixture
def host(tmp_path, monkeypatch):
    """A machine with one GPU, of which /dev and /proc are folders."""
    for name in ("nvidiactl", "nvidia-uvm", "nvidia-uvm-tools", "nvidia-modeset", "nvidia3"):
        (tmp_path / "dev").mkdir(exist_ok=True)
        (tmp_path / "dev" / name).touch()
    card = tmp_path / "proc/driver/nvidia/gpus/0000:3b:00.0"
    card.mkdir(parents=True)
    (card / "information").write_text(INFORMATION)
    (tmp_path / "proc/driver/nvidia/version").write_text(VERSION)
    monkeypatch.setattr(nvidia, "_cache", lambda: CACHE)
    monkeypatch.setattr(nvml, "memory_of", {"0000:3b:00.0": nvml.Memory(total=9, free=4, used=5)}.__getitem__)
    monkeypatch.setattr(nvml, "is_partitioned", lambda bus: False)
    return tmp_path


def test_a_box_gets_three_nodes_and_the_libraries_for_computing_and_nothing_else(host):
    found = nvidia.find(3, host)
    assert [Path(node).name for node in found.nodes] == ["nvidiactl", "nvidia-uvm", "nvidia3"]
    assert list(found.libraries) == [
        "/lib/x86_64-linux-gnu/libnvidia-ptxjitcompiler.so.1",
        "/lib/x86_64-linux-gnu/libcuda.so.1",
    ]
    assert (found.name, found.driver, found.torch) == ("NVIDIA H200", "580.95.05", "cuda")
    assert (found.used(), found.free()) == (5, 4)


def test_where_the_loaders_cache_lacks_them_libraries_are_looked_for_where_they_lie(host, monkeypatch):
    """A container with a read-only root has the driver's files and a cache from before they came."""
    monkeypatch.setattr(nvidia, "_cache", lambda: "")
    folder = host / "usr/lib/x86_64-linux-gnu"
    folder.mkdir(parents=True)
    for name in ("libcuda.so.1", "libcuda.so.580.95.05", "libnvidia-gpucomp.so.580.95.05", "libnvidia-ml.so.1"):
        (folder / name).touch()
    names = [Path(library).name for library in nvidia.find(3, host).libraries]
    assert names == ["libcuda.so.1", "libnvidia-gpucomp.so.580.95.05"]


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda host, _: (host / "dev/nvidia-uvm").unlink(), "nvidia-uvm missing"),
        (lambda _, patch: patch.setattr(nvidia, "_cache", lambda: ""), "libcuda.so.1 missing"),
        (lambda host, _: (host / "proc/driver/nvidia/gpus/0000:3b:00.0/information").unlink(), "no GPU number 3"),
    ],
)
def test_what_a_machine_lacks_is_said_with_the_remedy(host, monkeypatch, harm, words):
    harm(host, monkeypatch)
    with pytest.raises(nvidia.NoDevice, match=words) as refusal:
        nvidia.find(3, host)
    assert refusal.value.remedy.en


def test_a_gpu_whose_memory_nobody_could_watch_is_not_lent(host, monkeypatch):
    def mute(_):
        raise nvml.NvmlError("libnvidia-ml.so.1: cannot open")

    monkeypatch.setattr(nvml, "memory_of", mute)
    with pytest.raises(nvidia.NoDevice, match="cannot open"):
        nvidia.find(3, host)


def test_a_gpu_that_is_split_into_instances_is_not_lent(host, monkeypatch):
    """Its own node computes nothing; what does are nodes of capabilities, which no box gets."""
    monkeypatch.setattr(nvml, "is_partitioned", lambda bus: True)
    with pytest.raises(nvidia.NoDevice, match="NVIDIA H200 is split") as refusal:
        nvidia.find(3, host)
    assert "nvidia-smi -i 0000:3b:00.0 -mig 0" in refusal.value.remedy.en


class Driver:
    """What NVML answers, in its own signatures; `codes` are the errors, by function."""

    def __init__(self, **codes):
        self._codes = codes

    def nvmlErrorString(self, code):
        return {3: b"Not Supported", 15: b"GPU is lost"}[code]

    def nvmlDeviceGetHandleByPciBusId_v2(self, bus, handle):
        handle._obj.value = int(bus.value.decode().partition(":")[0], 16)
        return self._codes.get("handle", 0)

    def nvmlDeviceGetMemoryInfo(self, handle, memory):
        memory._obj.total, memory._obj.free, memory._obj.used = handle.value, 5, 4
        return self._codes.get("memory", 0)

    def nvmlDeviceGetMigMode(self, handle, now, after_reset):
        now._obj.value, after_reset._obj.value = handle.value % 2, 1
        return self._codes.get("mig", 0)


def test_what_nvml_knows_is_asked_of_the_card_at_the_address(monkeypatch):
    monkeypatch.setattr(nvml, "_library", Driver)
    assert nvml.memory_of("0009:3b:00.0").total == 9
    assert nvml.is_partitioned("0009:3b:00.0")
    assert not nvml.is_partitioned("0008:3b:00.0")


def test_a_card_that_knows_no_instances_is_whole(monkeypatch):
    monkeypatch.setattr(nvml, "_library", lambda: Driver(mig=3))
    assert not nvml.is_partitioned("0009:3b:00.0")


def test_a_driver_that_has_never_heard_of_instances_has_whole_cards(monkeypatch):
    class Older(Driver):
        nvmlDeviceGetMigMode = property()

    monkeypatch.setattr(nvml, "_library", Older)
    assert not nvml.is_partitioned("0009:3b:00.0")


@pytest.mark.parametrize("asked", [nvml.memory_of, nvml.is_partitioned])
def test_a_card_that_is_lost_is_said_in_nvmls_own_words(monkeypatch, asked):
    monkeypatch.setattr(nvml, "_library", lambda: Driver(memory=15, mig=15))
    with pytest.raises(nvml.NvmlError, match="GPU is lost"):
        asked("0009:3b:00.0")


def test_nvml_says_why_it_is_not_there():
    if Path("/dev/nvidiactl").exists():
        pytest.skip("NVML is here")
    nvml._library.cache_clear()
    with pytest.raises(nvml.NvmlError, match=nvml.LIBRARY):
        nvml.memory_of("0000:00:00.0")


@pytest.mark.box
def test_the_wall_lets_in_the_device_and_only_in_its_own_box():
    line = command(view("torch"), 5, ("/dev/nvidia3",), ("/lib/libcuda.so.1",))
    assert line[line.index("/dev/nvidia3") - 1] == "--dev-bind"
    assert "/box/driver/libcuda.so.1" in line
    assert line[line.index("CUDA_MODULE_LOADING") + 1] == "LAZY"
    assert line[line.index("NVIDIA_TF32_OVERRIDE") + 1] == "0"
    others = command(view("torch"), 5)
    assert not [word for word in others if word.startswith(("/dev/nvidia", "/box/driver/libcuda", "CUDA_", "NVIDIA_"))]


def test_a_build_of_torch_for_cuda_brings_no_driver_into_boxes_without_a_device(monkeypatch):
    """ldd names the driver's library on a machine that has it, for one part of torch is linked with it."""
    said = "\tlibcuda.so.1 => /lib/libcuda.so.1 (0x00007f)\n\tlibm.so.6 => /lib/libm.so.6 (0x00007f)\n"
    monkeypatch.setattr(view_of_boxes.subprocess, "run", lambda *_, **__: SimpleNamespace(stdout=said))
    assert view_of_boxes._libraries([], {}) == ["/lib/libm.so.6"]


@pytest.mark.box
def test_the_filter_of_a_box_without_a_device_is_the_smaller_one():
    assert len(compile_filter()) < len(compile_filter(device=True))


def test_the_control_group_lets_in_these_nodes_and_no_others(tmp_path):
    (tmp_path / "devices").mkdir()
    (tmp_path / "devices" / "devices.list").write_text("a *:* rwm\n")
    group = Group(1, {"memory": tmp_path / "memory/x", "pids": tmp_path / "pids/x"})
    held = rules.only(group, ("/dev/tty",), tmp_path)
    assert held.places["devices"] == tmp_path / "devices/x"
    assert (tmp_path / "devices/x/devices.deny").read_text() == "a"
    assert (tmp_path / "devices/x/devices.allow").read_text() == "c 5:0 rw"  # the last one written
    assert rules.only(replace(group, version=2), ("/dev/tty",), tmp_path).places == group.places
    assert rules.only(group, (), tmp_path).places == group.places


# Where tensors lie --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrap", [lambda t: t, lambda t: (1.0, t), lambda t: {"w": [t]}, lambda t: [np.ones(2), {"a": t}]]
)
def test_a_tensor_on_another_device_is_noticed_wherever_it_is(wrap):
    """torch's meta device stands in for a GPU: it holds no numbers, but is another device."""
    assert strayed(wrap(torch.ones(2)), "meta")
    assert not strayed(wrap(torch.ones(2, device="meta")), "meta")


def test_numbers_and_arrays_are_at_home_everywhere():
    assert not strayed([1, 2.0, "x", None], "meta")


# Cleaning ---------------------------------------------------------------------------------------------


def test_cleaning_takes_as_much_as_it_may_zeroes_it_and_computes():
    assert scrub.scrub("cpu", 40 << 20) == (40 << 20, 0, True)


def test_blocks_get_smaller_until_nothing_is_left(monkeypatch):
    """As a device does it: of 25 MiB the last is found with small blocks."""
    left = [25 << 20]

    def empty(count, **_):
        if 8 * count > left[0]:
            raise torch.OutOfMemoryError
        left[0] -= 8 * count
        return [0] * count

    monkeypatch.setattr(torch, "empty", empty)
    blocks = scrub.take("cuda", 0)
    assert [8 * len(block) >> 20 for block in blocks] == [16, 8, 1]
    assert left == [0]


# Lending ------------------------------------------------------------------------------------------------

STUDENT = Request((File("ada.py", ""),), (), (), profile="gpu")
CLEANED = Ran((Returned((64 << 20, 0, True)),))


class Boxes:
    """Boxes that do nothing, in the order in which they were asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.at_work = 0
        self.most = 0
        self.cleaned = CLEANED
        self.limits: list[int] = []

    def __call__(self, request, watch, heard):
        self.at_work += 1
        self.most = max(self.most, self.at_work)
        time.sleep(0.01)
        self.at_work -= 1
        name = request.files[0].name
        self.asked.append(name)
        self.limits.append(request.device_memory)
        return self.cleaned if name == "scrub.py" else Ran((), notes=(Note("over", str(watch())),))


@pytest.fixture
def boxes():
    return Boxes()


@pytest.fixture(autouse=True)
def nobody_dies(monkeypatch):
    """No box of a killed worker to wait for."""
    monkeypatch.setattr(lending, "STEADY_SECONDS", 0.0)


@pytest.fixture
def lender(boxes, tmp_path):
    return lending.Lender(nvidia.STAND_IN, tmp_path, 1 << 30, boxes)


def test_the_device_is_cleaned_before_the_first_box_and_after_each(lender, boxes):
    for _ in range(2):
        lender.run(STUDENT)
    lender.close()
    assert boxes.asked == ["scrub.py", "ada.py", "scrub.py", "ada.py", "scrub.py"]
    assert boxes.limits == [0, 1 << 30, 0, 1 << 30, 0]


def test_one_box_at_a_time_has_the_device_also_between_workers(boxes, tmp_path):
    lenders = [lending.Lender(nvidia.STAND_IN, tmp_path, 0, boxes) for _ in range(3)]
    crew = [threading.Thread(target=one.run, args=(STUDENT,)) for one in lenders for _ in range(2)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    for one in lenders:
        one.close()
    assert boxes.most == 1
    assert boxes.asked.count("ada.py") == 6


@pytest.mark.parametrize("workers", [1, 2])
def test_whoever_waits_long_for_the_device_gives_signs_of_life_meanwhile(workers, boxes, tmp_path, monkeypatch):
    """Else the site takes the job for lost, and sends the same work again behind it."""
    monkeypatch.setattr(lending, "SIGN_SECONDS", 0.05)
    lenders = [lending.Lender(nvidia.STAND_IN, tmp_path, 0, boxes) for _ in range(workers)]
    at_work, signs = threading.Event(), queue.Queue()

    def slow(request, watch, heard):
        if request.files[0].name == "ada.py" and not at_work.is_set():
            at_work.set()
            assert [signs.get(timeout=5) for _ in range(3)] == [0, 0, 0]
        return boxes(request, watch, heard)

    monkeypatch.setattr(lenders[0], "_box", slow)
    first = threading.Thread(target=lenders[0].run, args=(STUDENT,))
    first.start()
    assert at_work.wait(5)
    assert lenders[-1].run(STUDENT, signs.put) == Ran((), notes=(Note("over", "False"),))
    first.join()
    for one in lenders:
        one.close()
    assert (boxes.asked.count("ada.py"), boxes.most) == (2, 1)


def test_whoever_comes_after_a_worker_that_was_killed_cleans_first(lender, boxes, tmp_path):
    lender.run(STUDENT)
    lender.close()
    (tmp_path / "gpu.lease").write_bytes(b"")  # as a box leaves it whose worker ends with it
    after = lending.Lender(nvidia.STAND_IN, tmp_path, 0, boxes)
    boxes.asked.clear()
    after.run(STUDENT)
    after.close()
    assert boxes.asked[:2] == ["scrub.py", "ada.py"]


def test_a_device_of_whose_memory_a_part_was_not_zeroed_is_not_clean(boxes, tmp_path):
    """All that is free, but for what the cleaning program itself needs: a large device is not clean after a few blocks."""
    free = 100 << 30
    lender = lending.Lender(replace(nvidia.STAND_IN, free=lambda: free), tmp_path, 0, boxes)
    boxes.cleaned = Ran((Returned((free - (2 << 30), 0, True)),))
    with pytest.raises(DeviceLost, match="could not be cleaned"):
        lender.run(STUDENT)
    lender.close()
    assert boxes.asked == ["scrub.py"]


def test_a_new_worker_waits_until_the_boxes_of_a_killed_one_have_given_their_memory_back(boxes, tmp_path, monkeypatch):
    """What they give back after the cleaning nobody would zero."""
    monkeypatch.setattr(lending, "STEADY_SECONDS", 0.2)
    used = iter([8 << 30, 8 << 30, 4 << 30, 4 << 30, 2 << 30, 2 << 30])
    seen = []

    def taken():
        seen.append(next(used, 1 << 30))
        return seen[-1]

    lender = lending.Lender(replace(nvidia.STAND_IN, used=taken), tmp_path, 0, boxes)
    lender.run(STUDENT)
    lender.close()
    assert seen.index(1 << 30) < len(seen) - 10  # it was looked at for a while after the last change
    assert boxes.asked[0] == "scrub.py"


def test_a_lease_that_cannot_be_written_is_a_lost_device(lender, boxes, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(lending.os, "ftruncate", full)
    with pytest.raises(DeviceLost, match="No space left"):
        lender.run(STUDENT)
    lender.close()
    assert not lender.works


@pytest.mark.parametrize(
    "cleaned",
    [
        Ran((Failed("timeout", "(20 s)"),)),
        Ran((Returned((64 << 20, 1, True)),)),
        Ran((Returned((0, 0, True)),)),
        Ran(()),
    ],
)
def test_a_device_that_cannot_be_cleaned_is_lent_to_nobody_for_a_while(lender, boxes, monkeypatch, cleaned):
    """Hung, dirty, full, or gone: the student whose box was last keeps what was found, the next ones hear of our fault."""
    lender.run(STUDENT)
    lender._turn.acquire()  # wait for the cleaner
    lender._turn.release()
    boxes.cleaned = cleaned
    assert lender.run(STUDENT).notes
    lender._turn.acquire()
    lender._turn.release()
    assert not lender.works
    boxes.asked.clear()
    with pytest.raises(DeviceLost):
        lender.run(STUDENT)
    assert boxes.asked == []
    boxes.cleaned = CLEANED
    monkeypatch.setattr(lender, "_resting_until", 0.0)  # the rest is over
    lender.run(STUDENT)
    lender.close()
    assert boxes.asked == ["scrub.py", "ada.py", "scrub.py"]


def test_whoever_waited_while_the_device_was_lost_does_not_try_it_in_turn(boxes, tmp_path, monkeypatch):
    """Else each of them would find for itself, a minute long, that a device hangs."""
    monkeypatch.setattr(lending, "SIGN_SECONDS", 0.05)
    lender, waits, tried = lending.Lender(nvidia.STAND_IN, tmp_path, 0, boxes), threading.Event(), []

    def lost(request, watch, heard):
        tried.append(request.files[0].name)
        assert waits.wait(5)
        raise DeviceLost("it hangs")

    def wait_for_it():
        with pytest.raises(DeviceLost, match="it hangs"):
            lender.run(STUDENT, lambda _: waits.set())

    monkeypatch.setattr(lender, "_box", lost)
    crew = [threading.Thread(target=wait_for_it) for _ in range(3)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    lender.close()
    assert tried == ["scrub.py"]


def test_memory_that_is_not_given_back_withdraws_the_device(boxes, tmp_path, monkeypatch):
    used = [0]
    monkeypatch.setattr(lending, "SETTLE_SECONDS", 0.05)
    lender = lending.Lender(replace(nvidia.STAND_IN, used=lambda: used[0]), tmp_path, 0, boxes)
    lender.run(STUDENT)
    lender._turn.acquire()
    lender._turn.release()
    assert lender.works

    def grow(request, watch, heard):
        used[0] += 1 << 30
        return boxes(request, watch, heard)

    monkeypatch.setattr(lender, "_box", grow)
    lender.run(STUDENT)
    lender.close()
    assert not lender.works


def test_a_box_over_the_limit_of_the_devices_memory_is_seen_from_outside(boxes, tmp_path):
    """The limit within the box is torch's, and a program can lift it."""
    used = [3 << 30]
    lender = lending.Lender(replace(nvidia.STAND_IN, used=lambda: used[0]), tmp_path, 1 << 30, boxes)
    assert lender.run(STUDENT).notes == (Note("over", "False"),)
    lender._turn.acquire()
    lender._turn.release()

    def grow(request, watch, heard):
        used[0] += (2 << 30) + 1
        found = boxes(request, watch, heard)
        used[0] = 3 << 30
        return found

    lender._box = grow
    assert lender.run(STUDENT).notes == (Note("over", "True"),)
    lender.close()


# With real boxes, and the CPU in the place of the device ---------------------------------------------------

box = pytest.mark.box
LOOKS = """
import os, torch
def double(x):
    return 2 * x
def dtype(x):
    return str(x.dtype)
def seen():
    return sorted(os.listdir("/proc")), os.listdir("/box/driver"), open("/proc/self/mountinfo").read(), len(open("/proc/self/maps").read()) > 0
def environ():
    return open("/proc/self/environ").read()
def fill():
    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 3.00 GiB. GPU 0 has a total capacity of …")
def spin():
    while True:
        pass
"""


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    settings = Settings(slots=1, home=tmp_path_factory.mktemp("home"), devices=("cpu", "gpu"), gpu=None)
    with Sandbox(settings) as sandbox:
        yield sandbox


def outcomes(sandbox, *calls, **changes):
    names = ("double", "dtype", "seen", "environ", "fill", "spin")
    return sandbox.run(Request((File("ada.py", LOOKS),), calls, names, profile="gpu", **changes)).outcomes


@box
def test_tensors_go_in_and_come_back_in_bfloat16_as_what_numpy_can_hold(sandbox):
    """bfloat16 crosses the wall as float32, which holds each of its numbers exactly."""
    x = np.array([0.5, 1.0 + 2**-7, 1.0 + 2**-9])
    doubled, kind, whole = outcomes(
        sandbox,
        Call("double", (x,), "gpu", "bfloat16"),
        Call("dtype", (x,), "gpu", "bfloat16"),
        Call("dtype", (np.array([1, 2]),), "gpu", "bfloat16"),
    )
    assert doubled.value.dtype == np.float32
    assert doubled.value.tolist() == [1.0, 2.0 + 2**-6, 2.0]
    assert (kind.value, whole.value) == ("torch.bfloat16", "torch.int64")


@box
def test_the_box_with_the_device_sees_of_proc_itself_and_the_machine_and_nobody_else(sandbox):
    seen, environ = outcomes(sandbox, Call("seen", ()), Call("environ", ()))
    names, libraries, mounts, maps = seen.value
    assert names == ["1", "cpuinfo", "meminfo", "self", "sys"]
    assert (libraries, mounts, maps) == ([], "", True)
    assert environ.reason == "raised"  # not even its own, which is empty


@box
def test_a_program_that_never_ends_is_stopped_and_the_device_serves_the_next(sandbox):
    spin, double = outcomes(sandbox, Call("spin", ()), Call("double", (1.0,)), seconds=1.0)
    assert (spin.reason, double.reason) == ("timeout", "not reached")
    assert outcomes(sandbox, Call("double", (1.0,)))[0] == Returned(2.0)


@box
def test_the_report_says_where_it_ran_and_how_long_each_call_took(sandbox):
    ran = sandbox.run(Request((File("ada.py", LOOKS),), (Call("double", (1.0,)),) * 3, ("double",), profile="gpu"))
    assert Note("gpu", "stand-in") in ran.notes
    assert len(ran.each) == 3
    assert 0 < sum(ran.each) < ran.seconds.wall


@box
def test_without_a_device_a_box_for_one_cannot_be_had(tmp_path):
    with Sandbox(Settings(slots=1, home=tmp_path)) as sandbox, pytest.raises(DeviceLost, match="lends no GPU"):
        sandbox.run(STUDENT)


def test_a_worker_that_is_promised_a_gpu_and_has_none_does_not_start(tmp_path):
    if Path("/dev/nvidiactl").exists():
        pytest.skip("there is one")
    settings = Settings(slots=1, home=tmp_path, devices=("cpu", "gpu"))
    with pytest.raises(SandboxUnavailable, match="no GPU can be lent"), Sandbox(settings):
        pass


@box
def test_a_full_device_is_said_in_plain_words_to_whoever_filled_it(sandbox):
    """In torch's own words, for here is no device that could be full."""
    found = outcomes(sandbox, Call("fill", ()))[0]
    said = sentences.failure(found)
    assert said.en.startswith("the GPU's memory that a submission may use is full; 3.00 GiB was asked for")
    assert "还要申请 3.00 GiB" in said.zh


# What the box with a device shows beside the others': torch, three files of the machine, and its own process (docs/gpu.md).
SHOWN = {"theft_by_modules", "theft_by_proc", "theft_by_request", "theft_of_host_files"}
THEFTS = sorted(path for path in (HOSTILE / "programs").glob("theft_*.py") if path.stem not in SHOWN)


@pytest.mark.hostile
@pytest.mark.parametrize("path", THEFTS, ids=lambda path: path.stem)
def test_what_is_stolen_from_no_other_box_is_not_stolen_from_this_one(path, sandbox):
    program = read_program(path)
    exercise = assignments.find(program.exercise)
    job = Job("s", "", 0, exercise.name, exercise.edition, (File(program.name, program.content.decode()),), "7")
    request = ask(job, exercise, answer_key(exercise, "7").plan)
    printed = sandbox.run(replace(request, profile="gpu", seconds=program.seconds)).stdout.text
    assert "LEAK" not in printed


@box
def test_a_thread_is_named_by_the_number_that_it_has_in_the_box(sandbox):
    """As libcuda does with the thread that it starts; where that fails it says "OS call failed" and nothing begins."""
    source = """
import os, threading
def named():
    def name():
        where = f"/proc/self/task/{threading.get_native_id()}/comm"
        descriptor = os.open(where, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        written.append(os.write(descriptor, b"cuda00001400006"))
    written = []
    threads = [threading.Thread(target=name) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return written, os.path.samefile(f"/proc/{os.getpid()}/status", "/proc/self/status")
"""
    calls = (Call("named", ()),) * 2
    found = sandbox.run(Request((File("ada.py", source),), calls, ("named",), profile="gpu")).outcomes
    assert [outcome.value for outcome in found] == [([15, 15, 15], True)] * 2


@box
def test_what_threads_are_named_is_no_place_to_leave_things(sandbox):
    source = """
def left():
    kept = []
    for number in range(1, 100):
        try:
            open(f"/proc/self/task/{number}/comm", "w").write("x" * 1_000_000)
            kept.append(number)
        except OSError:
            pass
    open("/proc/self/task/1/comm", "w").write("ada")
    return kept, open("/proc/self/task/2/comm").read()
"""
    request = Request((File("ada.py", source),), (Call("left", ()),), ("left",), profile="gpu")
    assert sandbox.run(request).outcomes[0].value == ([], "ada")
    request = replace(
        request, files=(File("ben.py", "def left():\n    return open('/proc/self/task/1/comm').read()\n"),)
    )
    assert not sandbox.run(request).outcomes[0].value


@box
def test_without_control_groups_its_share_of_the_machines_memory_is_its_own_too(tmp_path, monkeypatch):
    """Not that of a box without a device: a driver alone may take more."""
    monkeypatch.setattr(launch, "open_tree", lambda: None)
    settings = Settings(slots=1, memory=64 << 20, home=tmp_path, devices=("cpu", "gpu"), gpu=None)
    source = "import time\ndef taken():\n    kept = b'x' * (150 << 20)\n    time.sleep(0.2)\n    return len(kept)\n"
    request = Request((File("ada.py", source),), (Call("taken", ()),), ("taken",), profile="gpu")
    with Sandbox(settings) as own:
        assert own.run(request).outcomes == (Returned(150 << 20),)


@box
def test_of_its_own_process_the_box_reads_no_environment_and_writes_no_memory_of_another(sandbox):
    source = """
import os
def tried():
    found = []
    for path in ("/proc/self/environ", "/proc/self/mem", "/proc/self/root/etc/passwd", "/proc/1/environ", "/proc/sys/kernel/hostname"):
        try:
            os.open(path, os.O_RDONLY)
            found.append(path)
        except OSError:
            pass
    for path in ("/proc/self/mountinfo", "/proc/self/mounts", "/proc/self/mountstats"):
        found += [path] if open(path).read() else []
    return found
"""
    request = Request((File("mallory.py", source),), (Call("tried", ()),), ("tried",), profile="gpu")
    assert sandbox.run(request).outcomes == (Returned([]),)
