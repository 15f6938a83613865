"""`grader doctor` tells a machine that can hold a box from one that cannot, in words and by its exit code."""

from __future__ import annotations

import pytest

from grader.messages import Text
from worker.sandbox import doctor
from worker.sandbox.doctor import Audit

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
