"""GitHub's annotations: workflow commands on stdout, each on one line, which the runner shows at file and line."""

from __future__ import annotations

from collections.abc import Iterator

from cli.formats.results import Results, Spot, Told, remarks
from grader.messages import LOCATED, Finding, Thought
from grader.words import about, titled


def write(results: Results) -> str:
    """Errors first: a runner shows ten of each kind."""
    lines = [line for told in results.told for line in _lines(results, told)]
    order = ("::error", "::warning", "::notice")
    lines.sort(key=lambda line: order.index(line.partition(" ")[0]))
    return "".join(f"{line}\n" for line in lines)


def _lines(results: Results, told: Told) -> Iterator[str]:
    report = told.report
    for remark in remarks(report):
        if remark.code != LOCATED:
            level = "error" if remark is report.trouble else "notice"
            yield command(level, told.spot_of(remark), report.exercise, results.say(remark.text))
    failed = [finding for finding in report.findings if finding.passed is False]
    for finding in failed:
        title = f"{report.exercise}: {results.say(titled(finding))}"
        yield command("error", told.spot_of(finding), title, results.why(told, finding))
    for thought in report.thoughts:
        yield _thought(results, told, failed, thought)


def _thought(results: Results, told: Told, failed: list[Finding], thought: Thought) -> str:
    title = f"{about((thought,))(results.language)} ({thought.code})"
    return command("warning", told.spot_of(failed[0]) if failed else None, title, results.say(thought.hint))


def command(level: str, spot: Spot | None, title: str, message: str) -> str:
    """One workflow command."""
    properties = {"title": title}
    if spot:
        properties = {"file": spot.path} | ({"line": str(spot.line)} if spot.line else {}) | properties
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{level} {listed}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
