"""What a request tells: whether any of it is an answer or a title rather than an input."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from grader.arrays import as_array
from grader.calls import Request, Value
from grader.messages import Text

NUMBER = re.compile(r"\d+\.\d+(?:[eE][-+]?\d+)?")
SECRET_FIELDS = frozenset({"title", "points", "out_of", "expected", "answer", "answers", "tolerance", "public"})


def leaks(request: Request, inputs: list[Value], answers: list[Value], titles: list[Text]) -> Iterator[str]:
    """Each thing in the request that only the judge should know.

    Inputs may be part of an answer; every other value of an answer may not be part of the request.
    """
    secret = set(_telling(answers)) - set(_numbers(inputs))
    for number in sorted(secret & set(_numbers(request))):
        yield f"the answer {number!r}"
    texts = list(_texts(request))
    for title in titles:
        if any(words and words in text for words in (title.en, title.zh) for text in texts):
            yield f"the title “{title.en}”"
    yield from (f"a field called {name}" for name in sorted(set(_field_names(request)) & SECRET_FIELDS))


def _telling(answers: Value) -> Iterator[float]:
    """Values that nobody writes by chance: at least five decimals."""
    return (number for number in _numbers(answers) if round(number, 4) != number)


def _numbers(thing: Any) -> Iterator[float]:
    for leaf in _leaves(thing):
        if isinstance(leaf, str):
            yield from map(float, NUMBER.findall(leaf))
            continue
        try:
            yield from as_array(leaf).astype(float).ravel().tolist()
        except (ValueError, TypeError):
            continue


def _texts(thing: Any) -> Iterator[str]:
    return (leaf for leaf in _leaves(thing) if isinstance(leaf, str))


def _field_names(thing: Any) -> Iterator[str]:
    if is_dataclass(thing):
        for field in fields(thing):
            yield field.name
            yield from _field_names(getattr(thing, field.name))
    elif isinstance(thing, tuple | list):
        for item in thing:
            yield from _field_names(item)


def _leaves(thing: Any) -> Iterator[Any]:
    """Everything in a nest of dataclasses, sequences and dicts that is not itself one."""
    if is_dataclass(thing):
        yield from _leaves([getattr(thing, field.name) for field in fields(thing)])
    elif isinstance(thing, tuple | list):
        for item in thing:
            yield from _leaves(item)
    elif isinstance(thing, dict):
        yield from _leaves([*thing.keys(), *thing.values()])
    else:
        yield thing
