"""`grader doctor` tells a machine that can hold a box from one that cannot, in words and by its exit code."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.messages import Text
from worker.sandbox import doctor
from worker.sandbox.doctor import Audit
from worker.sandbox.keeper import broken
from worker.sandbox.launch import Sandbox
from worker.settings import Settings

FOUND = Text("as found", "如所见")
INSTALL = Text("install it", "请安装")


def audited(monkeypatch, *verdicts):
    def audit():
        yield from (Audit(f"layer {place}", ok, FOUND, INSTALL) for place, ok in enumerate(verdicts))

    monkeypatch.setattr(doctor, "audit", audit)


@pytest.mark.parametrize(
    ("verdicts", "code", "words"),
    [
        ((True, True), 0, "with every layer"),
        ((True, None), 0, "held by weaker means"),
        ((None, False, True), 3, "No box can be had here"),
    ],
)
def test_the_verdict_and_the_exit_code_follow_from_what_was_found(grader, monkeypatch, verdicts, code, words):
    audited(monkeypatch, *verdicts)
    ended, out, _ = grader("doctor")
    assert (ended, words in out) == (code, True)


def test_what_is_missing_is_named_with_its_remedy_and_what_is_there_without(grader, monkeypatch):
    audited(monkeypatch, True, False)
    out = grader("doctor")[1]
    assert "✗  layer 1" in out
    assert out.count("→ install it") == 1


def test_a_box_that_does_not_start_is_not_sent_back_to_the_doctor(grader, monkeypatch):
    """It is here already; and whatever a remedy says to run can be run as it stands."""
    monkeypatch.setattr(Sandbox, "run", lambda *_: (_ for _ in ()).throw(broken("bwrap: no permission")))
    audits = [doctor._real_box("plain", Settings()), Audit("load", False, FOUND, Text("run `{grader} demo`", "…"))]
    monkeypatch.setattr(doctor, "audit", lambda: iter(audits))
    out = grader("doctor")[1]
    assert "bwrap: no permission" in out
    assert out.count("→") == 1
    assert "{grader}" not in out


def test_a_machine_without_a_gpu_hears_nothing_of_one(monkeypatch):
    monkeypatch.setattr(doctor.Path, "exists", lambda self: False)
    assert list(doctor._gpu(Settings())) == []


def test_a_promised_gpu_that_is_not_there_is_named_with_its_remedy():
    if Path("/dev/nvidiactl").exists():
        pytest.skip("there is one")
    (found,) = doctor._gpu(Settings(devices=("cpu", "gpu")))
    assert (found.what, found.ok) == ("gpu", False)
    assert "/dev/nvidiactl" in found.detail.en
    assert "nvidia-modprobe" in found.remedy.en


@pytest.mark.box
def test_a_promised_gpu_is_tried_in_a_real_box(tmp_path):
    """With the CPU in its place."""
    found = list(doctor._gpu(Settings(devices=("cpu", "gpu"), gpu=None, home=tmp_path)))
    assert [(one.what, one.ok) for one in found] == [("gpu", True), ("box (gpu)", True)]
