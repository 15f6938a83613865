"""The laws that hold for all exercises, and proof that each of them can be broken."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import assignments
from grader.verifying import LAWS, laws, matrix, obeys
from tests.proving import SEEDS

EXERCISES = assignments.names()
QUICK = ("product_gradient", "softmax_derivative")  # for working; the slow tests prove all of them

SOUND = '''r"""# Twice

Write `twice(x)`, which returns $2x$.
"""

from grader.exercise import Exercise
from grader.oracles import gradients

exercise = Exercise(__name__, chapter="tests", forbid=("autograd", "finite differences"))


@exercise.given()
def scale(x):
    """CONSTANT"""
    return x


@exercise.starter(returns=("y",))
def twice(x):
    """Return the derivative of x squared."""
    raise NotImplementedError


@exercise.reference(twice)
def by_autograd(x):
    return gradients(lambda x: x * x, x)[0]


@exercise.check(points=1, public=True)
def example(draw):
    """agrees with the example"""
    yield twice(1.2345678)
    yield twice(-0.3)


@exercise.check(points=1)
def several(draw):
    """doubles any number"""
    for _ in range(3):
        yield twice(draw.number(3e3, 1e4))


@exercise.law(twice)
def half_is_x(x, y):
    """Half of it is the number itself."""
    return abs(float(y) / 2 - x) < 1e-9


@exercise.misconception("M12", twice)
def no_factor_two(x):
    """What is the derivative of $x^2$?"""
    return x
'''

CHINESE = """statement = '# 两倍'
[checks]
example = "与例题一致"
several = "任何数都加倍"
[laws]
half_is_x = "它的一半就是这个数。"
[misconceptions]
no_factor_two = "$x^2$ 的导数是什么？"
"""

# law: (what to replace in the sound exercise, what to put there); "zh" first to replace in the translation
FLAWS = {
    "reference_earns_everything": [
        ("points=1", "points=0"),
        (
            "return gradients(lambda x: x * x, x)[0]",
            "return float(gradients(lambda x: x * x, x)[0]) + __import__('random').random()",
        ),
    ],
    "reference_agrees_with_differences": [
        ("lambda x: x * x, x", "lambda x: x * x.detach(), x"),
        ("return gradients", "return 1 / 0, gradients"),
    ],
    "reference_obeys_its_laws": [("float(y) / 2", "float(y) / 3"), ("float(y) / 2", "float(y) / 0")],
    "cheap_answers_earn_nothing": [
        ("raise NotImplementedError", "return 2 * x"),
        ("lambda x: x * x, x", "lambda x: x * x / 2, x"),
        ("lambda x: x * x, x", "lambda x: x * 0, x"),
        ("lambda x: x * x, x", "lambda x: x, x"),
        ("    yield twice(-0.3)\n", ""),
        ("twice(draw.number(3e3, 1e4))", "twice(1.2345678)"),
    ],
    "misconceptions_lose_points": [("return x  # wrong", "return 2 * x")],
    "misconceptions_are_named": [
        ("return x  # wrong", "return 2 * x"),
        ("return x  # wrong", "return __import__('random').random()"),
        (
            "@exercise.misconception",
            '@exercise.misconception("M13", twice)\ndef again(x):\n    """Again?"""\n    return x\n\n\n@exercise.misconception',
        ),
    ],
    "misconceptions_have_hints": [('    """What is the derivative of $x^2$?"""\n', ""), ('"M12"', '""')],
    "differences_are_refused": [
        ("draw.number(3e3, 1e4)", "draw.number()"),
        ("gradients(lambda x: x * x, x)[0]", "2.0 * x"),
    ],
    "seeds_agree": [("return x  # wrong", "return x if x > 5e3 else 2 * x")],
    "request_carries_no_answer": [
        ("CONSTANT", "The example gives 2.4691356."),
        ("CONSTANT", "As in: agrees with the example"),
    ],
    "both_languages_complete": [
        ("zh", '任何数都加倍"', 'doubles any number"'),
        ("zh", "$x^2$ 的", "$x^2 的"),
        ("zh", "half_is_x", "half_is_y"),
        ("zh", "statement = '# 两倍'\n", ""),
        ('    """doubles any number"""\n', ""),
    ],
}
CASES = [(law, flaw) for law, flaws in FLAWS.items() for flaw in flaws]


def written(directory: Path, *flaw: str) -> Path:
    """The sound exercise with one flaw, on disk."""
    module, chinese = (
        SOUND.replace("    return x\n", "    return x  # wrong\n").replace("return x  # wrong", "return x", 1),
        CHINESE,
    )
    if flaw[:1] == ("zh",):
        assert flaw[1] in chinese
        chinese = chinese.replace(*flaw[1:])
    elif flaw:
        assert flaw[0] in module
        module = module.replace(*flaw)
    name = re.sub(r"\W", "_", directory.name)
    (directory / "zh").mkdir(exist_ok=True)
    (directory / "zh" / f"{name}.toml").write_text(chinese, encoding="utf-8")
    path = directory / f"{name}.py"
    path.write_text(module, encoding="utf-8")
    return path


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
@pytest.mark.parametrize("name", QUICK)
def test_some_exercises_obey_every_law(name, law):
    result = obeys(law, assignments.find(name), seeds=1)
    assert result.passed, result.detail


@pytest.mark.slow
@pytest.mark.timeout(1200)  # the first one waits for what is still under way
@pytest.mark.parametrize("name", EXERCISES)
def test_every_exercise_obeys_every_law_under_twenty_seeds_and_its_matrix_is_diagonal(name, proofs):
    broken, named = proofs[name].result()
    assert broken == []
    assert named == {m.name: {m.name: SEEDS} for m in assignments.find(name).misconceptions}


def test_the_sound_exercise_obeys_every_law(tmp_path):
    """The exercise that is broken below is sound before: what it breaks then is the flaw's doing."""
    exercise = assignments.load(written(tmp_path))
    results = list(laws(exercise, 3))
    assert [result for result in results if not result.passed] == []
    assert len(results) == len(LAWS)
    assert matrix(exercise, 2) == {exercise.misconceptions[0]: {"no_factor_two": 2}}


@pytest.mark.parametrize(("law", "flaw"), CASES, ids=[f"{law}-{i}" for i, (law, _) in enumerate(CASES)])
def test_every_law_can_be_broken(law, flaw, tmp_path):
    exercise = assignments.load(written(tmp_path, *flaw))
    result = obeys(next(found for found in LAWS if found.__name__ == law), exercise, 3)
    assert not result.passed
    assert result.detail


def test_every_law_has_a_flaw_that_breaks_it():
    assert set(FLAWS) == {law.__name__ for law in LAWS}


def test_a_check_that_cannot_be_drawn_is_the_exercises_fault(tmp_path):
    exercise = assignments.load(written(tmp_path, "draw.number(3e3, 1e4)", "draw.nonsense()"))
    results = list(laws(exercise, 1))
    assert "the check several cannot be drawn" in results[0].detail
