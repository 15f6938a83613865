"""What a misconception's code stands for."""

from __future__ import annotations

from grader.codes import CODES
from grader.messages import Text


def meaning(code: str) -> Text:
    """The thought behind it, for teachers; the code itself where a report of long ago has one that is gone."""
    return CODES.get(code, Text(code, code))
