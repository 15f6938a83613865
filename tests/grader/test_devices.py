"""A check for a GPU: in a box of its own with the device, judged there, told by its device, and never held against anyone without one."""

from __future__ import annotations

import io
import re
import runpy
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
from rich.console import Console

import assignments
from cli import terminal
from cli.formats import junit
from cli.formats.results import Results, Told
from grader import describing, pacing
from grader.arrays import BFLOAT16, agreeing, rounded
from grader.asking import in_order_of_asking, without_torch
from grader.calls import Call, Failed, Note, Ran, Returned, Seconds
from grader.charts import draw_trace
from grader.devices import together
from grader.draws import Draw
from grader.entries import Check, Misconception, placed
from grader.errors import DeviceLost
from grader.grading import answer_key, grade
from grader.messages import Report, Text, Trace
from grader.plain import from_plain, to_plain
from grader.rehearsing import grade_reply, rehearsal
from grader.visibility import as_seen
from web.reports.view import ReportView

EXERCISE = assignments.find("two_layer_classifier")


def graded(device="gpu", there=lambda ran: ran):
    """The report on right answers, and the requests; `there` is what becomes of the box with the device."""
    key, asked = answer_key(EXERCISE, "3", device), []
    answers = iter(key.answers)
    named = {planned.check.name: [next(answers) for _ in planned.calls] for planned in key.plan}

    def run(request):
        asked.append(request)
        on_gpu = request.profile == "gpu"
        mine = [p for p in in_order_of_asking(key.plan) if (p.check.device == "gpu") == on_gpu]
        outcomes = tuple(Returned(without_torch(a)) for p in mine for a in named[p.check.name])
        ran = Ran(outcomes, seconds=Seconds(1.0, 1.0, 0.5), notes=(Note("gpu", "a GPU"),) if on_gpu else ())
        return there(ran) if on_gpu else ran

    return grade(replace(rehearsal(EXERCISE, "3"), device=device), EXERCISE, run), asked


def of_gpu(report):
    return next(finding for finding in report.findings if finding.device == "gpu")


def test_calls_for_the_gpu_go_into_a_box_of_their_own_and_no_other_call_does():
    report, asked = graded()
    assert [request.profile for request in asked] == ["torch", "gpu"]
    assert {call.device for call in asked[0].calls} == {"cpu"}
    assert {call.device for call in asked[1].calls} == {"gpu"}
    assert report.all_passed
    assert report.out_of == 12


def test_the_report_knows_on_which_device_each_check_ran_and_names_the_gpu():
    report, _ = graded()
    assert [finding.device for finding in report.findings if finding.check == "on_a_gpu"] == ["gpu"]
    assert {finding.device for finding in report.findings if finding.check != "on_a_gpu"} == {"cpu"}
    assert "a GPU" in next(remark.text.en for remark in report.remarks if remark.code == "gpu")
    assert report.seconds.wall == 2.0


def test_a_job_for_the_cpu_starts_one_box_and_no_more():
    report, asked = graded("cpu")
    assert [request.profile for request in asked] == ["torch"]
    assert (of_gpu(report).passed, of_gpu(report).out_of) == (None, 0.0)


def test_a_gpu_that_is_lost_takes_no_point_and_is_called_our_fault():
    def lost(_):
        raise DeviceLost("out of order")

    report, _ = graded(there=lost)
    assert report.points == report.out_of == 11
    assert of_gpu(report).passed is None
    assert "gpu-lost" in [remark.code for remark in report.remarks]


def test_an_answer_that_left_the_gpu_counts_and_is_remarked_upon():
    report, _ = graded(there=lambda ran: replace(ran, outcomes=tuple(replace(o, strayed=True) for o in ran.outcomes)))
    assert report.all_passed
    remark = next(remark for remark in report.remarks if remark.code == "cpu-fallback")
    assert remark.text.en.startswith("trained was given tensors on the GPU")


def test_a_wrong_answer_on_the_gpu_costs_its_own_points_only():
    report, _ = graded(there=lambda ran: replace(ran, outcomes=tuple(Returned(None) for _ in ran.outcomes)))
    assert (report.points, report.out_of) == (11, 12)
    assert of_gpu(report).passed is False


def test_a_file_that_loads_on_the_cpu_only_fails_every_call_on_the_gpu():
    trouble = Failed("timeout", "(10 s)", "ada.py")
    report, _ = graded(there=lambda ran: replace(ran, outcomes=(), trouble=trouble))
    assert of_gpu(report).passed is False
    assert "time limit" in of_gpu(report).detail.en


def test_a_file_that_cannot_be_loaded_asks_for_no_device():
    asked = []

    def run(request):
        asked.append(request)
        return Ran((), trouble=Failed("raised", "syntax: invalid syntax", "ada.py", 1))

    grade(replace(rehearsal(EXERCISE, "3"), device="gpu"), EXERCISE, run)
    assert [request.profile for request in asked] == ["torch"]


def test_what_both_boxes_noticed_is_said_once():
    note = Note("stub", "matplotlib")
    request = graded()[1][1]
    both = together(Ran((), notes=(note,)), Ran((), notes=(note, Note("gpu", "x"))), request)
    assert both.notes == (note, Note("gpu", "x"))


@pytest.mark.parametrize("opened", [True, False])
def test_that_a_hidden_check_ran_on_a_gpu_is_no_secret(opened):
    assert of_gpu(as_seen(graded()[0], opened)).device == "gpu"


# Precision -----------------------------------------------------------------------------------------------


def in_bfloat16(call):
    check = Check("c", lambda _: iter(()), 1, False, (), None, BFLOAT16, "gpu", "bfloat16")
    return placed(call, check)


def test_an_input_for_bfloat16_is_one_that_bfloat16_holds():
    """Reference and student then start from the same numbers, and casting loses nothing."""
    x = Draw("1", "x").tensor(4, 3)
    call = in_bfloat16(Call("f", (x, {"w": x}, torch.tensor([1, 2]), 2)))
    first, named, whole, number = call.arguments
    assert (call.device, call.dtype) == ("gpu", "bfloat16")
    assert first.dtype == named["w"].dtype == torch.float64
    assert (first.bfloat16().double() == first).all()
    assert not (first == x).all()
    assert whole.dtype == torch.int64
    assert number == 2


def test_rounding_in_bfloat16_passes_and_a_tenth_does_not():
    right = rounded(torch.linspace(1, 2, 64, dtype=torch.float64), "bfloat16").numpy()
    half_a_step = torch.from_numpy(right * (1 + 2**-8)).bfloat16().float().numpy()
    assert agreeing(half_a_step, right, BFLOAT16).all()
    assert not agreeing(right * 1.1, right, BFLOAT16).any()


def test_tolerances_of_other_precisions_are_what_they_were():
    right = np.linspace(1.0, 2.0, 5)
    assert not agreeing(right * (1 + 1e-3), right, 1e-4).any()


# Time ---------------------------------------------------------------------------------------------------

TIMED = assignments.find("train_on_device")


def timed(seconds, lost=False):
    """The report on right answers whose calls took so long each; the first box with the device is the student's."""
    key, boxes = answer_key(TIMED, "3", "gpu"), []
    answers = iter(key.answers)
    named = {planned.check.name: [next(answers) for _ in planned.calls] for planned in key.plan}

    def run(request):
        if request.profile == "gpu":
            boxes.append(request.files)
            if lost and len(boxes) > 1:
                raise DeviceLost("gone")
        mine = [p for p in in_order_of_asking(key.plan) if (p.check.device == "gpu") == (request.profile == "gpu")]
        outcomes = tuple(Returned(without_torch(a)) for p in mine for a in named[p.check.name])
        each = (seconds if len(boxes) == 1 else 0.5,) * len(outcomes)
        return Ran(outcomes, each=each)

    return grade(replace(rehearsal(TIMED, "3"), device="gpu"), TIMED, run), boxes


@pytest.fixture(autouse=True)
def nothing_measured_yet():
    pacing._kept.cache_clear()


def test_the_time_of_a_timed_check_stands_beside_the_reference_and_costs_nothing():
    """The first call warms up; the others are drawn. The reference is a right program in a box of its own."""
    report, boxes = timed(2.0)
    assert report.all_passed
    assert [[file.name for file in files] for files in boxes] == [[], ["train_on_device.py"]]
    trace = next(picture for picture in report.pictures if isinstance(picture, Trace) and picture.unit)
    assert (trace.got, trace.expected, trace.first_wrong, trace.unit) == ((2.0,) * 4, (0.5,) * 4, None, "s")
    remark = next(remark for remark in report.remarks if remark.code == "pace")
    assert "2.000 s, 4.0 times the 0.500 s of the reference" in remark.text.en
    assert describing.summary(trace).en.endswith(": at last 2 s, the reference 0.5 s.")


def test_a_student_may_read_times_of_public_checks_only(monkeypatch):
    """A time can be made to tell a hidden number; of this check all inputs may be known."""
    assert [check.name for check in TIMED.checks if check.timed] == ["many_samples"]
    assert all(check.public for check in TIMED.checks if check.timed)
    seen = as_seen(timed(2.0)[0], opened=False)
    assert any(isinstance(picture, Trace) and picture.unit for picture in seen.pictures)


def test_without_a_time_of_the_reference_nothing_is_said_of_time():
    report, _ = timed(2.0, lost=True)
    assert report.all_passed
    assert not [remark for remark in report.remarks if remark.code == "pace"]


def test_where_the_timed_check_did_not_run_nobody_measures():
    """On a machine without a GPU the reference is never run."""
    asked = []

    def run(request):
        asked.append(request.profile)
        return Ran(())

    grade(rehearsal(TIMED, "3"), TIMED, run)
    assert asked == ["torch"]


def test_the_pace_is_a_right_program():
    """It earns everything, in process; in boxes it is graded where a GPU is."""
    namespace = runpy.run_path(str(TIMED.pace))
    right = [Misconception("", name, name, namespace[name], None) for name in ("predict", "train")]
    for thinking in right:
        assert (
            grade_reply(TIMED, "5", partial(TIMED.answer, thinking=thinking)).all_passed is False
        )  # checks for a GPU wait
        report = grade_reply(TIMED, "5", partial(TIMED.answer, thinking=thinking))
        assert report.points == report.out_of == 12


# Shown --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "trains on a GPU as well, in float32 · GPU"), ("zh", "在 GPU 上（float32）也能训练 · GPU")],
)
def test_whoever_shows_a_report_shows_the_device_of_each_check(language, title):
    """On the page, in the terminal and in every format."""
    report = graded()[0]
    page = ReportView(report, language)
    assert [check.plain_title for check in page.checks if "GPU" in check.plain_title] == [title]
    results = Results((Told(report, {}),), language)
    assert [name for name in (results.name(*each) for each in results.each()) if "GPU" in name] == [title]
    assert title in junit.write(results)
    console = Console(width=120, file=io.StringIO())
    terminal.show(report, language, console)
    assert title in console.file.getvalue()
    assert {finding["device"] for finding in to_plain(Report, report)["findings"]} == {"cpu", "gpu"}


def test_a_report_from_before_devices_were_told_can_still_be_read():
    data = to_plain(Report, graded()[0])
    for finding in data["findings"]:
        del finding["device"]
    assert {finding.device for finding in from_plain(Report, data).findings} == {"cpu"}


def test_a_time_is_drawn_from_zero_and_never_cut_off():
    """The curve of a judged quantity may leave the picture; a program that takes ten times as long is what is to be seen."""
    slow = Trace(Text("time", "时间"), (0.5, 1.0, 2.0), (0.1, 0.15, 0.2), None, "s")
    svg = draw_trace(slow, "en")
    heights = [
        float(y) for circle in re.findall(r"<circle[^>]*dot[^>]*>", svg) for y in re.findall(r' cy="([\d.]+)"', circle)
    ]
    assert len(heights) >= 3
    assert len({round(height) for height in heights[:3]}) == 3
    assert ">call<" in svg
    assert ">s<" in svg
