"""The JSON of check50 (`-o json`), for what reads that: a check has passed true, false or null, as ours have."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import Any

from cli.formats.results import Results, Told, sentence
from grader.messages import Finding


def write(results: Results) -> str:
    """check50 knows one problem at a time: of several, the slug names all, and each check its exercise."""
    found = {
        "slug": ",".join(report.exercise for report in results.reports),
        "results": [_result(results, told, finding) for told, finding in results.each()],
        "version": version("chainrule"),
    }
    return json.dumps(found, allow_nan=False, indent=4) + "\n"


def _result(results: Results, told: Told, finding: Finding) -> dict[str, Any]:
    several = len(results.told) > 1
    return {
        "name": f"{told.report.exercise}.{finding.check}" if several else finding.check,
        "description": results.name(told, finding),
        "passed": finding.passed,
        "log": [],
        "cause": None if finding.passed else {"rationale": results.why(told, finding), "help": _help(results, told)},
        "data": {"points": finding.points, "out_of": finding.out_of, "public": finding.public},
        "dependency": None,
    }


def _help(results: Results, told: Told) -> str | None:
    thought = next(iter(told.report.thoughts), None)
    return sentence(thought.hint, results.language) if thought else None
