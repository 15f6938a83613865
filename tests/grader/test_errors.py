"""What stops somebody is said in both languages, whoever raises it, and the command says it with what to do."""

from __future__ import annotations

import pytest

from grader.errors import Explained, ExplainedHere, Mendable
from grader.messages import Text

FULL, EMPTY_IT = Text("The disk is full.", "磁盘已满。"), Text("Empty it.", "请清理。")


@pytest.mark.parametrize("error", [Explained(FULL), ExplainedHere(FULL.en, FULL.zh), Mendable(FULL, EMPTY_IT)])
def test_an_exception_has_its_text_and_is_english_in_a_log(error):
    assert (error.text, str(error)) == (FULL, "The disk is full.")


def test_one_that_can_be_mended_says_how():
    assert Mendable(FULL, EMPTY_IT).remedy == EMPTY_IT
