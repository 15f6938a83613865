"""A wrong program that draws lots is recognised by an answer in which each step is one of its possible ones."""

from __future__ import annotations

import random

import pytest

import assignments
from grader.lots import fallen, read_from
from grader.rehearsing import grade_reply

LOTS = [1.0, 2.0, 4.0]


def test_the_lot_that_an_answer_shows_has_fallen():
    with read_from([3.9, 1.2]):
        assert [fallen(LOTS, 0), fallen(LOTS, 1)] == [4.0, 1.0]


@pytest.mark.parametrize("answer", [None, "no numbers", 2.0, [[1.0], [2.0]], []])
def test_without_a_readable_answer_lots_fall_the_same_every_time(answer):
    with read_from(answer):
        once, again = ([fallen(LOTS, step) for step in range(9)] for _ in range(2))
    assert once == again
    assert set(once) == set(LOTS)


def test_an_answer_is_forgotten_after_its_context():
    before = fallen(LOTS, 0)
    with read_from([1.0 if before != 1.0 else 4.0]):
        assert fallen(LOTS, 0) != before
    assert fallen(LOTS, 0) == before


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_one_random_sample_an_epoch_is_named_whichever_samples_were_drawn(seed):
    """M36: stochastic only in name. Whoever takes other steps than those of some sample is not accused of it."""
    exercise, chance = assignments.find("descent_variants"), random.Random(seed)

    def reply(call, factor=2.0):
        x, y, w, lr, epochs, size = call.arguments
        ws = []
        for _ in range(epochs):
            batch = chance.sample(range(len(x)), size)
            w = w - lr * (factor * (w * x[batch] - y[batch]) * x[batch]).mean().item()
            ws.append(w)
        return ws

    assert [thought.name for thought in grade_reply(exercise, "5", reply).thoughts] == ["one_random_batch"]
    assert grade_reply(exercise, "5", lambda call: reply(call, 1.9)).thoughts == ()
