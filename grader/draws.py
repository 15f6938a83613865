"""Seeded inputs that separate right from wrong: distinct, non-integer, of mixed signs, away from 0 and 1."""

from __future__ import annotations

import hashlib

import numpy as np
import torch
from torch import Tensor


class Draw:
    """The source of a check's inputs. One (seed, check) gives the same inputs on every machine."""

    def __init__(self, seed: str, purpose: str) -> None:
        digest = hashlib.sha256(f"{seed}/{purpose}".encode()).digest()
        self._random = np.random.Generator(np.random.PCG64(int.from_bytes(digest, "little")))

    def number(self, low: float = 0.3, high: float = 2.5) -> float:
        """A number with low ≤ |number| ≤ high, of either sign, at least 0.05 away from ±1."""
        size = 1.0
        while abs(size - 1.0) < 0.05:
            size = float(self._random.uniform(low, high))
        return size * float(self._random.choice([-1.0, 1.0]))

    def positive(self, *shape: int, low: float = 0.3, high: float = 2.5) -> Tensor:
        """Distinct numbers between low and high, in random order; float64 of the given shape."""
        count = int(np.prod(shape, dtype=int))
        width = (high - low) / max(count, 1)
        numbers = low + width * (np.arange(count) + self._random.uniform(0.2, 0.8, count))
        self._random.shuffle(numbers)
        return torch.from_numpy(numbers.reshape(shape))

    def tensor(self, *shape: int, low: float = 0.3, high: float = 2.5) -> Tensor:
        """As `positive`, with both signs present wherever there are two entries or more."""
        numbers = self.positive(*shape, low=low, high=high)
        signs = self._random.choice([-1.0, 1.0], numbers.numel())
        if signs.size > 1:
            first, second = self._random.choice(signs.size, 2, replace=False)
            signs[first], signs[second] = 1.0, -1.0
        return numbers * torch.from_numpy(signs.reshape(shape))

    def probabilities(self, *shape: int) -> Tensor:
        """Rows of probabilities that sum to one, none of them near 0."""
        return self.tensor(*shape).softmax(-1)

    def integer(self, low: int, high: int) -> int:
        """A whole number with low ≤ number ≤ high."""
        return int(self._random.integers(low, high + 1))
