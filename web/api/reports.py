"""What a report gives away to a program: pydantic models of its parts."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from web.api.models import Model, Said, Words


def _worded(value: Any) -> Any:
    """JSON has no numbers for these."""
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


Number = Annotated[float | Literal["nan", "inf", "-inf"], BeforeValidator(_worded)]


class Finding(Model):
    """The verdict of one check. passed: null where it was not run."""

    check: str
    title: Words
    passed: bool | None
    points: float
    out_of: float
    public: bool
    detail: Words | None = Field(description="The difference; null for what passed, and for a hidden check.")
    device: Literal["cpu", "gpu"] = "cpu"


class Misconception(Model):
    """What the author probably thought, and a nudge."""

    code: str = Field(examples=["M12"])
    name: str
    hint: Words
    edge: tuple[str, str] | None = Field(description="The edge of the graph on which the thought went wrong.")


class Remark(Model):
    """Something about the program."""

    code: str
    text: Words
    file: Said
    line: int | None


class Graph(Model):
    """A computational graph; nodes are (name, expression), in the order of computation."""

    kind: Literal["graph"] = "graph"
    title: Words
    nodes: list[tuple[str, str]]
    edges: list[tuple[str, str]]
    wrong_nodes: list[str]
    wrong_edge: tuple[str, str] | None


class Trace(Model):
    """A quantity over the steps of a training run. unit: of what is shown and not judged, a time."""

    kind: Literal["trace"] = "trace"
    title: Words
    got: list[Number]
    expected: list[Number]
    first_wrong: int | None
    unit: str = ""


class HeatMap(Model):
    """Two matrices of one shape."""

    kind: Literal["heat_map"] = "heat_map"
    title: Words
    got: list[list[Number]]
    expected: list[list[Number]]


Picture = Annotated[Graph | Trace | HeatMap, Field(discriminator="kind")]


class Printed(Model):
    """What the program wrote. dropped: bytes beyond what is kept."""

    text: Said
    dropped: int


class File(Model):
    """cells: for a notebook, the line on which each code cell starts."""

    name: Said
    text: Said
    cells: list[int]


class Report(Model):
    """What was found out, as far as the reader may see it: hidden checks have a title and a verdict, no more."""

    submission: str
    exercise: str
    edition: str = Field(description="Which version of the exercise was used.")
    title: Words
    points: float
    out_of: float
    findings: list[Finding]
    misconceptions: list[Misconception]
    broken_laws: list[Words]
    remarks: list[Remark]
    trouble: Remark | None = Field(description="Why nothing could be run.")
    pictures: list[Picture]
    files: list[File]
    stdout: Printed
    stderr: Printed
