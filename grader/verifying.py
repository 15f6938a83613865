"""The laws that hold for all exercises, proved in process on trusted code: `grader verify` and the tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial

from grader.asking import ask, without_torch
from grader.calls import Call, Failed, Value
from grader.cheating import cheap_replies
from grader.comparing import same
from grader.diagnosing import law_holds
from grader.exercise import Exercise, Misconception
from grader.grading import answer_key
from grader.messages import Report, Text
from grader.oracles import Differences, by_differences, cross_checked
from grader.predicting import attempt
from grader.rehearsing import grade_reply, mark_reply, rehearsal
from grader.telling import leaks

Law = Callable[[Exercise, int], Iterator[str]]
DIFFERENCES = (Differences(1e-5), Differences(1e-3), Differences(1e-7), Differences(1e-6, ahead=1, behind=0))


@dataclass(frozen=True)
class LawResult:
    """Whether an exercise obeys a law; `detail` says where it does not."""

    law: str
    passed: bool
    detail: str = ""


def laws(exercise: Exercise, seeds: int = 20) -> Iterator[LawResult]:
    """Every law in turn. `seeds` is how many draws of the inputs each is tried on."""
    for law in LAWS:
        yield obeys(law, exercise, seeds)


def obeys(law: Law, exercise: Exercise, seeds: int = 20) -> LawResult:
    """The result of one law of LAWS."""
    outcome = attempt(lambda: list(law(exercise, seeds)))
    complaints = [outcome.text] if isinstance(outcome, Failed) else outcome.value
    more = f" (and {len(complaints) - 1} more)" if len(complaints) > 1 else ""
    return LawResult(law.__name__.replace("_", " "), not complaints, complaints[0] + more if complaints else "")


def matrix(exercise: Exercise, seeds: int = 20) -> dict[Misconception, Counter[str]]:
    """For each misconception, how often each name was given to its answers; "" counts where none was."""
    return {
        misconception: Counter(
            ", ".join(thought.name for thought in report.thoughts)
            for report in (_mistaken(exercise, seed, misconception) for seed in _seeds(seeds))
        )
        for misconception in exercise.misconceptions
    }


@lru_cache(maxsize=1024)
def _mistaken(exercise: Exercise, seed: str, misconception: Misconception) -> Report:
    return grade_reply(exercise, seed, lambda call: exercise.answer(call, thinking=misconception))


def _seeds(count: int) -> list[str]:
    return [str(seed) for seed in range(count)]


def _names(report: Report) -> list[str]:
    return [thought.name for thought in report.thoughts]


# The laws ---------------------------------------------------------------------------------------


def reference_earns_everything(exercise: Exercise, seeds: int) -> Iterator[str]:
    """The reference passes every check, and is told nothing."""
    for seed in _seeds(seeds):
        report = grade_reply(exercise, seed, exercise.answer)
        lost = [finding for finding in report.findings if finding.passed is False or finding.points < finding.out_of]
        if lost:
            yield f"seed {seed}: the reference fails {lost[0].check}"
        if report.out_of <= 0:
            yield "there are no points to earn"
        told = [*_names(report), *(law.en for law in report.broken_laws), *(remark.code for remark in report.remarks)]
        if told:
            yield f"seed {seed}: the reference is told {told[0]}"


def cheap_answers_earn_nothing(exercise: Exercise, seeds: int) -> Iterator[str]:
    """The starter, zeros, ones, the inputs echoed and the public example hard-coded earn nothing."""
    for seed in _seeds(seeds):
        for name, reply, free in cheap_replies(exercise, answer_key(exercise, seed)):
            findings = mark_reply(exercise, seed, reply)
            earned = [f.check for f in findings if f.points > 0 and not (free and f.public)]
            if earned:
                yield f"seed {seed}: {name} pass {earned[0]}"


def misconceptions_lose_points(exercise: Exercise, seeds: int) -> Iterator[str]:
    """Every known wrong answer fails a check: a mutant that survives is a bug in the exercise."""
    for seed in _seeds(seeds):  # one after the other, for what is predicted is kept for a while
        for misconception in exercise.misconceptions:
            report = _mistaken(exercise, seed, misconception)
            if report.points >= report.out_of:
                yield f"seed {seed}: {misconception.name} loses nothing"


def misconceptions_are_named(exercise: Exercise, seeds: int) -> Iterator[str]:
    """Every known wrong answer is given its own name, and no other."""
    for misconception in exercise.misconceptions:
        for seed in _seeds(seeds):
            named = _names(_mistaken(exercise, seed, misconception))
            if named != [misconception.name]:
                yield f"seed {seed}: {misconception.name} is named {', '.join(named) or 'nothing'}"


def misconceptions_have_hints(exercise: Exercise, seeds: int) -> Iterator[str]:
    """Every misconception says something to the student, in both languages, and has a code."""
    del seeds
    for misconception in exercise.misconceptions:
        hint = exercise.sheet.text("misconception", misconception.name)
        if not hint.en.strip() or not hint.zh.strip():
            yield f"{misconception.name} has no hint"
        if not misconception.code:
            yield f"{misconception.name} has no code"


def request_carries_no_answer(exercise: Exercise, seeds: int) -> Iterator[str]:
    """What enters the box holds the inputs: no value that only the reference knows, and no title."""
    titles = [exercise.title(check) for check in exercise.checks]
    for seed in _seeds(seeds):
        key = answer_key(exercise, seed)
        request = ask(rehearsal(exercise, seed), exercise, key.plan)
        inputs = [call.arguments for planned in key.plan for call in planned.calls]
        for leak in leaks(request, inputs, list(key.answers), titles):
            yield f"seed {seed}: the request holds {leak}"


def seeds_agree(exercise: Exercise, seeds: int) -> Iterator[str]:
    """Three seeds give every right and wrong answer the same verdicts."""
    if len({_verdicts(grade_reply(exercise, seed, exercise.answer)) for seed in _seeds(min(3, seeds))}) > 1:
        yield "verdicts on the reference depend on the seed"
    for misconception in exercise.misconceptions:
        if len({_verdicts(_mistaken(exercise, seed, misconception)) for seed in _seeds(min(3, seeds))}) > 1:
            yield f"verdicts on {misconception.name} depend on the seed"


def _verdicts(report: Report) -> tuple[bool | None, ...]:
    return tuple(finding.passed for finding in report.findings)


def reference_agrees_with_differences(exercise: Exercise, seeds: int) -> Iterator[str]:
    """Autograd and central differences give the same reference answers."""
    for seed in _seeds(min(3, seeds)):
        with cross_checked():
            for planned in exercise.plan(seed):
                for call in planned.calls:
                    exercise.answer(call)
    yield from ()


def reference_obeys_its_laws(exercise: Exercise, seeds: int) -> Iterator[str]:
    """The laws of the exercise hold for the reference's answers."""
    for seed in _seeds(seeds):
        key = answer_key(exercise, seed)
        calls = [call for planned in key.plan for call in planned.calls]
        for call, answer in zip(calls, key.answers, strict=True):
            for law in exercise.laws:
                if law.function == call.function and not law_holds(exercise, law, call, without_torch(answer)):
                    yield f"seed {seed}: {law.name} does not hold"


def differences_are_refused(exercise: Exercise, seeds: int) -> Iterator[str]:
    """Where finite differences are forbidden, what they answer earns nothing and is called what it is."""
    if "finite differences" not in exercise.forbid:
        return
    for seed in _seeds(min(3, seeds)):
        for way in DIFFERENCES[: len(DIFFERENCES) if seeds > 1 else 1]:
            report = grade_reply(exercise, seed, partial(_by_differences, exercise, way))
            if "M44" not in [thought.code for thought in report.thoughts]:
                yield f"seed {seed}: differences with the step {way.step} are not recognised"
            relying = _relying_on_differences(exercise, seed, way)
            for finding in report.findings:
                if finding.points and relying & set(finding.function.split(", ")):
                    yield f"seed {seed}: differences with the step {way.step} pass {finding.check}"


def _by_differences(exercise: Exercise, way: Differences, call: Call) -> Value:
    with by_differences(way):
        return exercise.answer(call)


def _relying_on_differences(exercise: Exercise, seed: str, way: Differences) -> set[str]:
    """The functions that differences answer inexactly."""
    key = answer_key(exercise, seed)
    calls = [call for planned in key.plan for call in planned.calls]
    return {
        call.function
        for call, answer in zip(calls, key.answers, strict=True)
        if not same(_by_differences(exercise, way, call), without_torch(answer), exercise.tolerance)
    }


def both_languages_complete(exercise: Exercise, seeds: int) -> Iterator[str]:
    """Everything that people read is there in English and in Chinese."""
    del seeds
    for name in exercise.sheet.untranslated():
        yield f"no Chinese for {name}"
    for role in ("check", "law", "misconception"):
        for entry in exercise.sheet.of(role):
            yield from (f"{entry.name}: {fault}" for fault in _faults(exercise.sheet.text(role, entry.name)))
    yield from (f"statement: {fault}" for fault in _faults(exercise.sheet.statement))


def _faults(text: Text) -> Iterator[str]:
    if not text.en.strip():
        yield "no English"
    if not any("\u4e00" <= letter <= "\u9fff" for letter in text.zh):
        yield "the Chinese is not Chinese"
    for language in (text.en, text.zh):
        if language.replace("\\$", "").count("$") % 2:
            yield "a formula is not closed"


__all__ = ["LAWS", "LawResult", "grade_reply", "laws", "matrix", "obeys"]

LAWS: tuple[Law, ...] = (
    reference_earns_everything,
    reference_agrees_with_differences,
    reference_obeys_its_laws,
    cheap_answers_earn_nothing,
    misconceptions_lose_points,
    misconceptions_are_named,
    misconceptions_have_hints,
    differences_are_refused,
    seeds_agree,
    request_carries_no_answer,
    both_languages_complete,
)
