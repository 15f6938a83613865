"""The laws of exercises proved on all cores: what a process of its own works out for one exercise."""

from __future__ import annotations

import torch

import assignments
from grader.verifying import LawResult, laws, matrix

SEEDS = 20
LONGEST_FIRST = ("computational_graph", "himmelblau", "mlp_backward", "chain_rule", "two_layer_classifier")


def prove(name: str) -> tuple[list[LawResult], dict[str, dict[str, int]]]:
    """The broken laws, and for each misconception how often each name was given to it."""
    torch.set_num_threads(1)
    exercise = assignments.find(name)
    broken = [result for result in laws(exercise, SEEDS) if not result.passed]
    return broken, {thought.name: dict(named) for thought, named in matrix(exercise, SEEDS).items()}


def in_order(names: set[str]) -> list[str]:
    """What takes longest begins first."""
    return sorted(names, key=lambda name: (name not in LONGEST_FIRST, name))
