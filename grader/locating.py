"""Where it goes wrong, seen over all answers of a function: for which inputs, and by how much in which part.

For what no misconception explains: only with several rows, only for large inputs, only where a value is used twice;
a ratio for each parameter, two parts that changed places. Numbers come from public checks alone: a program could hide a
number of a hidden input in what it answers, and read it here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from itertools import combinations, islice

import numpy as np

from grader.answers import Answer
from grader.arrays import BY_EYE, TINY, Array, agreeing, as_array, leaves
from grader.calls import Call, Failed, Name, Returned
from grader.comparing import Difference, same, split
from grader.describing import short
from grader.exercise import Exercise
from grader.messages import Text
from grader.sharing import uses_a_value_twice

ENOUGH = 2  # right and wrong answers, or entries, that a pattern must separate
LARGE, APART = 30.0, 8.0  # what counts as a large input, and how much larger than those that are answered rightly
OVERFLOW = Text(
    "What leaves the range, or the precision, of floating-point numbers there?",
    "那里有什么超出了浮点数的范围或精度？",
)
Parts = dict[str, list[tuple[Array, Array]]]  # by name: what each answer has there, and what was expected


def located(exercise: Exercise, about: list[Answer]) -> Iterator[Text]:
    """At most one sentence on the inputs, and one on the parts, of the answers to one function."""
    answers = [answer for answer in about if not isinstance(answer.outcome, Failed) or _its_own(answer.outcome)]
    yield from islice(_for_which_inputs(exercise, answers), 1)
    yield from islice(_in_which_parts(_parts(exercise, [answer for answer in answers if answer.check.public])), 1)


def _its_own(failed: Failed) -> bool:
    return failed.reason in {"raised", "timeout", "memory"}


# For which inputs -------------------------------------------------------------------------------


def _for_which_inputs(exercise: Exercise, answers: list[Answer]) -> Iterator[Text]:
    yield from _by_entry(answers)
    verdicts = [(answer, _is_right(exercise, answer)) for answer in answers]
    right, wrong = ([answer for answer, good in verdicts if good is wanted] for wanted in (True, False))
    if len(right) < ENOUGH or len(wrong) < ENOUGH:
        return
    if _separates(lambda call: _shares(exercise, call), right, wrong):
        yield Text(
            "Right wherever every value is used once, and wrong only where one is used more than once: "
            "what becomes of the second gradient that such a value is sent?",
            "每个量只用一次的地方都对，出错的地方都有量用了不止一次：这样的量收到第二个梯度时，怎么处理？",
        )
    if _separates(lambda call: _rows(call) > 1, right, wrong):
        name = _first_array(exercise, wrong[0].call)
        yield Text(
            f"Right wherever {name.en} has a single row or entry, and wrong only where it has more.",
            f"{name.zh}只有一行（或一项）时都对，出错时都不止一行（或一项）。",
        )
    large = min(_largest(answer.call) for answer in wrong)
    if large > LARGE and _separates(lambda call: _largest(call) * APART >= large, right, wrong):
        yield Text(
            f"Right for small inputs, and wrong only for large ones. {OVERFLOW.en}",
            f"输入小的时候都对，只在输入很大时出错。{OVERFLOW.zh}",
        )


def _is_right(exercise: Exercise, answer: Answer) -> bool:
    """Whether all of an answer is right, and not only the part that its check is about."""
    if answer.difference or not isinstance(answer.outcome, Returned):
        return False
    names = exercise.functions[answer.call.function].returns
    return same(answer.outcome.value, answer.expected, answer.check.tolerance, names)


def _separates(holds: Callable[[Call], bool], right: list[Answer], wrong: list[Answer]) -> bool:
    """Whether it holds wherever an answer is wrong, and seldom where one is right: some mistakes do not always show."""
    fine = [holds(answer.call) for answer in right]
    return fine.count(False) >= ENOUGH and fine.count(True) < len(wrong) and all(holds(a.call) for a in wrong)


def _shares(exercise: Exercise, call: Call) -> bool:
    """Whether the call is about a given expression that uses one of its values more than once."""
    named = [exercise.functions[a.name] for a in call.arguments if isinstance(a, Name)]
    return any(uses_a_value_twice(function.implementation) for function in named if function.given)


def _rows(call: Call) -> int:
    """The length of the first array among the arguments; 0 where there is none. A dict holds parameters, no samples."""
    found = (array for a in call.arguments if not isinstance(a, Name | dict) for array in leaves(a))
    return next((len(array) for array in found if array.ndim), 0)


def _first_array(exercise: Exercise, call: Call) -> Text:
    """What the first array among the arguments is called."""
    places = (i for i, a in enumerate(call.arguments) if not isinstance(a, Name | dict))
    place = next(i for i in places if any(array.ndim for array in leaves(call.arguments[i])))
    parameters = list(inspect.signature(exercise.functions[call.function].implementation).parameters.values())
    if place < len(parameters) and parameters[place].kind is not inspect.Parameter.VAR_POSITIONAL:
        return Text(f"`{parameters[place].name}`", f"`{parameters[place].name}` ")
    return Text("the input", "输入")


def _largest(call: Call) -> float:
    """The size of the largest number among the arguments; whole numbers count epochs and classes, and do not count."""
    arrays = [array for a in call.arguments if not isinstance(a, Name) for array in leaves(a)]
    return max((float(np.abs(array).max(initial=0.0)) for array in arrays if array.dtype.kind == "f"), default=0.0)


def _by_entry(answers: list[Answer]) -> Iterator[Text]:
    """Where a function works entry by entry: for which entries it is wrong."""
    found = [_entries(answer) for answer in answers]
    if not found or any(pair is None for pair in found):
        return
    inputs, right = (np.concatenate(arrays) for arrays in zip(*(pair for pair in found if pair), strict=True))
    good, bad = inputs[right], inputs[~right]
    if min(len(good), len(bad)) < ENOUGH:
        return
    if bad.max() < 0 <= good.min():
        yield Text("Right for positive entries, and wrong for negative ones.", "正的元素都对，负的元素都错。")
    elif good.max() <= 0 < bad.min():
        yield Text("Right for negative entries, and wrong for positive ones.", "负的元素都对，正的元素都错。")
    elif bad.min() > max(good.max(), LARGE):
        yield Text(
            f"Right until the entries are large and positive. {OVERFLOW.en}",
            f"直到元素是很大的正数时才出错。{OVERFLOW.zh}",
        )
    elif bad.max() < min(good.min(), -LARGE):
        yield Text(
            f"Right until the entries are large and negative. {OVERFLOW.en}",
            f"直到元素是绝对值很大的负数时才出错。{OVERFLOW.zh}",
        )
    elif np.abs(bad).min() > max(np.abs(good).max(), LARGE):
        yield Text(f"Right until the entries are large. {OVERFLOW.en}", f"直到元素的绝对值很大时才出错。{OVERFLOW.zh}")


def _entries(answer: Answer) -> tuple[Array, Array] | None:
    """The entries of the only argument, and whether the answer is right there; None where they are not paired."""
    if len(answer.call.arguments) != 1 or not isinstance(answer.outcome, Returned):
        return None
    try:
        given, got, expected = map(as_array, (answer.call.arguments[0], answer.outcome.value, answer.expected))
    except ValueError:
        return None
    if not given.shape == got.shape == expected.shape:
        return None
    return given.ravel(), agreeing(got, expected, answer.check.tolerance).ravel()


# In which parts ---------------------------------------------------------------------------------


def _parts(exercise: Exercise, answers: list[Answer]) -> Parts:
    """Each named part of all answers; none where an answer is not of the expected structure."""
    found: Parts = {}
    for answer in answers:
        function = exercise.functions[answer.call.function]
        if not isinstance(answer.outcome, Returned) or (function.given and not function.returns):
            continue
        pieces = split(answer.outcome.value, answer.expected, function.returns)
        for part in [] if isinstance(pieces, Difference) else pieces:
            try:
                found.setdefault(part.name, []).append((as_array(part.got), part.expected))
            except ValueError:
                return {}
    return found


def _in_which_parts(parts: Parts) -> Iterator[Text]:
    wrong = {name: pairs for name, pairs in parts.items() if not _all_right(pairs)}
    if not wrong or any(len(pairs) < ENOUGH for pairs in parts.values()):
        return
    yield from _changed_places(wrong)
    ratios = {name: ratio_throughout(pairs) for name, pairs in wrong.items()}
    if all(ratios.values()):
        yield _ratios(ratios, [name for name in parts if name not in wrong])
    if len(wrong) < len(parts) and all(parts):
        good, bad = [name for name in parts if name not in wrong], list(wrong)
        yield Text(
            f"Right in every answer: {', '.join(good)}. Wrong: {', '.join(bad)}.",
            f"每个答案里都对的：{'、'.join(good)}。有错的：{'、'.join(bad)}。",
        )


def _all_right(pairs: list[tuple[Array, Array]]) -> bool:
    return all(got.shape == expected.shape and agreeing(got, expected, BY_EYE).all() for got, expected in pairs)


def _changed_places(wrong: Parts) -> Iterator[Text]:
    for one, other in combinations(wrong, 2):
        crossed = [(a, c, b, d) for (a, b), (c, d) in zip(wrong[one], wrong[other], strict=False)]
        if all(_all_right([(a, d), (c, b)]) for a, c, b, d in crossed):
            yield Text(f"{one} and {other} have changed places.", f"{one} 与 {other} 的位置互换了。")


def ratio_throughout(pairs: list[tuple[Array, Array]]) -> float | None:
    """The one number by which all answers exceed what was expected; None where there is none, or too little to tell."""
    if any(got.shape != expected.shape or got.dtype.kind not in "iuf" for got, expected in pairs):
        return None
    got = np.concatenate([g.ravel() for g, _ in pairs]).astype(float)
    expected = np.concatenate([e.ravel() for _, e in pairs]).astype(float)
    used = np.abs(expected) > TINY
    if used.sum() < ENOUGH or (np.abs(got[~used]) > TINY).any() or not np.isfinite(got).all():
        return None
    with np.errstate(all="ignore"):
        ratios = got[used] / expected[used]
    first = float(ratios[0])
    return first if np.isfinite(first) and first and np.allclose(ratios, first, rtol=BY_EYE, atol=0.0) else None


def _ratios(ratios: dict[str, float | None], right: list[str]) -> Text:
    """By how much each part is too large; a single part needs no name."""
    numbers = {name: short(ratio) for name, ratio in ratios.items() if ratio}
    if len(set(numbers.values())) == 1 and not right:
        (number,) = set(numbers.values())
        return Text(f"In every answer: {number} × the expected value.", f"每个答案都是应有值的 {number} 倍。")
    en = [f"{name} is {number} ×" for name, number in numbers.items()] + [f"{name} is right" for name in right]
    zh = [f"{name} 是 {number} 倍" for name, number in numbers.items()] + [f"{name} 正确" for name in right]
    return Text(f"Beside the expected values: {', '.join(en)}.", f"与应有值相比：{'，'.join(zh)}。")
