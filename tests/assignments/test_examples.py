"""The examples, graded in the real box: each file and the verdict that its first line announces."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.main import outcome

EXAMPLES = Path(__file__).parents[2] / "examples"

VERDICTS: dict[str, list[str]] = {  # the misconceptions named; none where everything is right
    "softmax_right.py": [],
    "softmax_diagonal.py": ["M01"],
    "softmax_notebook.ipynb": [],
    "softmax_gbk.py": ["M06"],
    "quadratic_right.py": [],
    "quadratic_factor.py": ["M12"],
    "train_quadratic_training_at_import.py": [],
    "mlp_copied_mistake.py": ["M16"],
    "engine_right.py": [],
    "engine_overwrites.py": ["M28"],
}


def test_every_example_has_a_verdict():
    assert {path.name for path in EXAMPLES.iterdir() if path.is_file()} == set(VERDICTS)


def test_the_gbk_example_is_what_it_says():
    """Neither an editor nor git may turn it into UTF-8 or change its line ends."""
    raw = (EXAMPLES / "softmax_gbk.py").read_bytes()
    assert raw.count(b"\n") == raw.count(b"\r\n") > 0
    assert "正确" in raw.decode("gbk")
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")


@pytest.mark.box
@pytest.mark.parametrize("name", VERDICTS)
def test_an_example_earns_what_its_first_line_says(name, capsys):
    assert outcome(["check", "--json", "--seed", "7", str(EXAMPLES / name)]) in {0, 1}
    report = json.loads(capsys.readouterr().out)
    assert sorted(set(report["misconceptions"])) == VERDICTS[name]
    share = report["points"] / report["out_of"]
    assert 0 < share < 1 if VERDICTS[name] else share == 1
