"""SARIF 2.1.0: what failed and what is remarked, as results with a place, for code scanning and editors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from cli.formats.results import Results, Spot, Told, remarks
from grader.messages import LOCATED

Found = dict[str, Any]
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def write(results: Results) -> str:
    """One run for all exercises. A rule is a check, a misconception or a kind of remark."""
    found = [one for told in results.told for one in _results(results, told)]
    rules = {one["ruleId"]: one.pop("rule") for one in found}
    driver = {"name": "Chainrule", "version": version("chainrule"), "rules": _rules(rules)}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True}],
        "results": found,
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, allow_nan=False, indent=1) + "\n"


def _rules(rules: dict[str, str]) -> list[Found]:
    return [{"id": name, "shortDescription": {"text": text}} for name, text in rules.items()]


def _results(results: Results, told: Told) -> Iterator[Found]:
    report = told.report
    for remark in remarks(report):
        if remark.code != LOCATED:
            level = "error" if remark is report.trouble else "note"
            yield _result(level, f"remark/{remark.code}", results.say(remark.text), told.spot_of(remark), remark.code)
    failed = [finding for finding in report.findings if finding.passed is False]
    for finding in failed:
        name, title = f"{report.exercise}/{finding.check}", results.say(finding.title)
        yield _result("error", name, f"{title}: {results.why(told, finding)}", told.spot_of(finding), title)
    for thought in report.thoughts:
        spot = told.spot_of(failed[0]) if failed else None
        yield _result("warning", thought.code, results.say(thought.hint), spot, thought.name)


def _result(level: str, rule: str, message: str, spot: Spot | None, title: str) -> Found:
    found: Found = {"ruleId": rule, "level": level, "message": {"text": message}, "rule": title}
    if spot:
        place: Found = {"artifactLocation": {"uri": quote(spot.path)}}
        if spot.line:
            place["region"] = {"startLine": spot.line}
        found["locations"] = [{"physicalLocation": place}]
    return found
