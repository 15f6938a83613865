"""The GPU's benchmark and the study of margins: without a GPU they say so and are no failure; their arithmetic is tried on the CPU."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import assignments
from cli.bench import gpu_commands as commands
from cli.bench import margins, on_gpu
from grader.arrays import FLOAT32, agreeing, used

no_gpu = pytest.mark.skipif(Path("/dev/nvidiactl").exists(), reason="there is a GPU here")


@no_gpu
@pytest.mark.parametrize("arguments", [(), ("--quick",)])
def test_without_a_gpu_nothing_is_measured_and_that_is_said(arguments):
    done = CliRunner().invoke(commands.gpu, arguments)
    assert done.exit_code == 0
    assert done.output.startswith("Nothing was measured: no GPU can be lent: /dev/nvidiactl")


@no_gpu
def test_without_a_gpu_there_are_no_margins_and_that_is_said():
    done = CliRunner().invoke(commands.margins)
    assert done.exit_code == 0
    assert "Nothing was measured: " in done.output


def test_a_share_of_one_is_where_an_answer_stops_to_agree():
    right = np.array([1.0, -2.0, 3.0])
    at = right + FLOAT32 * np.abs(right)
    assert agreeing(at, right, FLOAT32).all()
    assert 0.99 < used(at, right, FLOAT32) <= 1.0
    assert used(right + 1.1 * FLOAT32 * np.abs(right), right, FLOAT32) > 1
    assert not agreeing(right * (1 + 1.1 * FLOAT32), right, FLOAT32).all()


@pytest.mark.parametrize(
    ("name", "check"),
    [("linear_module", "on_a_gpu"), ("train_on_device", "on_a_gpu"), ("train_on_device", "in_bfloat16")],
)
def test_right_programs_stay_well_within_their_tolerance(name, check):
    """On the CPU, in the precision of the device: rounding is much the same there."""
    exercise = assignments.find(name)
    chosen = next(one for one in exercise.checks if one.name == check)
    assert 0 < margins.most_used(exercise, chosen, 5, "cpu") < 0.5


@pytest.mark.box
def test_the_benchmark_measures_what_it_says():
    """With the CPU in the place of the device, for its figures mean nothing here."""
    figures = on_gpu.measure(2, gpu=None)
    assert figures["machine"]["gpu"] == "stand-in"
    assert set(commands.ROWS) < set(figures)
    assert figures["per_second"] > 0
    assert figures["turn_ms"]["p50"] >= figures["floor_ms"]["p50"] > 0
