"""Which thought explains the answers: a misconception, a broken law, or a habit worth a remark."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch

from grader import sentences
from grader.answers import Answer
from grader.arrays import BY_EYE, as_array
from grader.calls import Call, Failed, Name, Returned, Value
from grader.comparing import Difference, same
from grader.exercise import Exercise, Law, Misconception
from grader.fingerprints import by_differences
from grader.habits import habits, ignores_arguments
from grader.locating import located
from grader.messages import LOCATED, Remark, Text, Thought
from grader.pairing import NOTHING, explaining_together
from grader.predicting import attempt, predict, size

ENOUGH = 2  # separating inputs on which a misconception must explain the answer
REFUSED = Difference(sentences.refused_way(sentences.FINITE_DIFFERENCES))


@dataclass(frozen=True)
class Diagnosis:
    """Words, never points."""

    thoughts: tuple[Thought, ...] = ()
    broken_laws: tuple[Text, ...] = ()
    remarks: tuple[Remark, ...] = ()


def diagnose(exercise: Exercise, answers: tuple[Answer, ...], refused: Thought | None = None) -> Diagnosis:
    """Name the misconception that explains the answers, if exactly one does; check the laws; remark."""
    remarks = tuple(habits(answers))
    if refused:
        return Diagnosis(thoughts=(refused,), remarks=remarks)
    wrong = [answer for answer in answers if answer.difference]
    if not wrong:
        return Diagnosis(remarks=remarks)
    explained = list(_explained(exercise, answers, wrong))
    return Diagnosis(
        thoughts=tuple(thought for _, thoughts in explained for thought in thoughts),
        broken_laws=tuple(_broken_laws(exercise, wrong)),
        remarks=(*_located(exercise, [about for about, thoughts in explained if not thoughts]), *remarks),
    )


def refuse_differences(exercise: Exercise, answers: tuple[Answer, ...]) -> tuple[Answer, ...]:
    """The same answers, where those of a function found by forbidden finite differences are all wrong."""
    subjects = [subject(exercise, answer.call) for answer in answers]
    refused = {
        subject
        for subject in set(subjects)
        if by_differences(exercise, [a for a, s in zip(answers, subjects, strict=True) if s == subject])
    }
    return tuple(
        replace(answer, difference=REFUSED) if subject in refused else answer
        for answer, subject in zip(answers, subjects, strict=True)
    )


def _explained(
    exercise: Exercise, answers: tuple[Answer, ...], wrong: list[Answer]
) -> Iterator[tuple[list[Answer], list[Thought]]]:
    """For each function that is answered wrongly its answers, and the thoughts that explain them, if any do.

    What a thought about one function explains of another that works with it needs no second thought.
    """
    named: list[Misconception] = []
    for function in dict.fromkeys(subject(exercise, answer.call) for answer in wrong):
        # The short answers tell soonest that a misconception does not fit.
        about = sorted((a for a in answers if subject(exercise, a.call) == function), key=lambda a: size(a.expected))
        if any(exercise.concerns(m, about[0].call) and explains(exercise, m, about) for m in named):
            continue
        known = [misconception for misconception in exercise.misconceptions if misconception.function == function]
        fitting = [misconception for misconception in known if explains(exercise, misconception, about)]
        named += fitting if len(fitting) == 1 else []
        yield about, list(_thoughts(exercise, about, known, fitting))


def _thoughts(
    exercise: Exercise, about: list[Answer], known: list[Misconception], fitting: list[Misconception]
) -> Iterator[Thought]:
    """The only misconception that fits, or a forbidden or forgetful way, or two misconceptions at once."""
    if len(fitting) == 1:
        yield thought(exercise, fitting[0])
    elif not fitting and ignores_arguments(about):
        yield _about(exercise, about, sentences.IGNORES_ARGUMENTS)
    elif any(answer.difference is REFUSED for answer in about):
        yield _about(exercise, about, sentences.FINITE_DIFFERENCES)
    elif not fitting:
        found = explaining_together(exercise, about, known, lambda each, answer: predict(exercise, each, answer))
        yield from (thought(exercise, each, besides) for each, besides in found)


def _about(exercise: Exercise, about: list[Answer], general: Thought) -> Thought:
    """A thought that is none of the exercise's own, about the function that these answers are about."""
    return replace(general, hint=labelled(exercise, subject(exercise, about[0].call), general.hint))


def _located(exercise: Exercise, unexplained: list[list[Answer]]) -> Iterator[Remark]:
    for about in unexplained:
        for text in located(exercise, about):
            yield Remark(LOCATED, labelled(exercise, subject(exercise, about[0].call), text))


def labelled(exercise: Exercise, function: str, text: Text) -> Text:
    """A sentence that says which function it is about, where there are several."""
    if len(exercise.needs) == 1:
        return text
    return Text(f"`{function}`: {text.en}", f"`{function}`：{text.zh}")


def whose(exercise: Exercise, call: Call) -> str:
    """Which of several functions of the student's a call is about; empty where there is one only."""
    function = subject(exercise, call)
    return function if len(exercise.needs) > 1 and function in exercise.needs else ""


def thought(exercise: Exercise, misconception: Misconception, besides: Text = NOTHING) -> Thought:
    """A misconception in the words of the sheet, and what else there is to say."""
    text = exercise.sheet.text("misconception", misconception.name)
    hint = labelled(exercise, misconception.function, Text(text.en + besides.en, text.zh + besides.zh))
    return Thought(misconception.code, misconception.name, hint, misconception.edge)


def subject(exercise: Exercise, call: Call) -> str:
    """The student's function or class that a call is about."""
    if not exercise.functions[call.function].given:
        return call.function
    named = [a.name for a in call.arguments if isinstance(a, Name)]
    return next((name for name in named if not exercise.functions[name].given), call.function)


def explains(exercise: Exercise, misconception: Misconception, answers: list[Answer]) -> bool:
    """Whether the misconception predicts every answer, right and wrong, and separates on enough of them.

    A program may also fail for reasons of its own: failures count where nothing else separates.
    """
    separating = 0
    for answer in answers:
        if not isinstance(answer.outcome, Returned):
            continue
        predicted = predict(exercise, misconception, answer)
        names = exercise.functions[answer.call.function].returns
        if predicted is None or not agree(answer.outcome.value, predicted, names):
            return False
        separating += not same(predicted, answer.expected, BY_EYE, names)
    return separating >= ENOUGH or _explains_failures(exercise, misconception, answers)


def _explains_failures(exercise: Exercise, misconception: Misconception, answers: list[Answer]) -> bool:
    """Whether it fails wherever the student's program did, in the same way and often enough."""
    failures = [(answer.call, answer.outcome) for answer in answers if isinstance(answer.outcome, Failed)]
    failed = [(call, outcome) for call, outcome in failures if outcome.reason != "not reached"]
    return len(failed) >= ENOUGH and all(_fails_alike(exercise, misconception, *failure) for failure in failed)


def _fails_alike(exercise: Exercise, misconception: Misconception, call: Call, failed: Failed) -> bool:
    """Whether the misconception raises the same exception here, or TimeoutError where time ran out."""
    outcome = attempt(lambda: exercise.answer(call, thinking=misconception))
    if isinstance(outcome, Returned):
        return False
    kind = outcome.text.partition(":")[0]
    return failed.text.startswith(kind) or (failed.reason == "timeout" and kind == "TimeoutError")


def agree(got: Value, predicted: Value, names: tuple[str, ...]) -> bool:
    """Whether two answers are the same to the eye."""
    return same(got, predicted, BY_EYE, names)


def _broken_laws(exercise: Exercise, wrong: list[Answer]) -> Iterator[Text]:
    for law in exercise.laws:
        if any(_breaks(exercise, law, answer) for answer in wrong if answer.call.function == law.function):
            yield exercise.sheet.text("law", law.name)


def _breaks(exercise: Exercise, law: Law, answer: Answer) -> bool:
    if not isinstance(answer.outcome, Returned):
        return False
    value = answer.outcome.value
    return attempt(lambda: law_holds(exercise, law, answer.call, value)) == Returned(value=False)


def law_holds(exercise: Exercise, law: Law, call: Call, value: Value) -> bool:
    """Whether an answer, in arrays or tensors, obeys a law."""
    names = exercise.functions[call.function].returns
    answer = tuple(map(_tensor, value)) if names and isinstance(value, tuple | list) else _tensor(value)
    return bool(law.holds(*exercise.arguments(call), answer))


def _tensor(value: Value) -> torch.Tensor:
    return torch.as_tensor(np.array(as_array(value)))
