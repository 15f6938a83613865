"""Every format is read back by somebody else: a public reader where there is one, else one written from its document."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest
from junitparser import Error, Failure, JUnitXml, Skipped
from sarif_pydantic import Sarif

from cli.formats import annotations, check50, classroom50, github_classroom, gradescope, junit, sarif, summary
from cli.formats.results import Impossible, Results, Told
from cli.formats.writing import FORMATS, Wanted
from cli.records import SCHEMA
from grader.calls import File, Printed, Seconds
from grader.messages import Finding, Remark, Report, Text, Thought

SCHEMAS = Path(__file__).with_name("schemas")
RUNNER_50 = {
    "CLASSROOM": "backprop",
    "ASSIGNMENT": "product",
    "SUBMISSION_TAG": "submit/2026-11-21T12-00-00Z-a1b2c3d",
    "COMMIT_URL": "https://example.org/ada/commit/a1b2c3d",
    "RELEASE_URL": "https://example.org/ada/releases/tag/submit",
}
WICKED = "]]>\x00\x1b[31m\ud800\uffff <b>|`x` $x^2$\n::error::no\r%0A\u202e 梯度"


def same(text: str) -> Text:
    return Text(text, text)


def finding(check: str, passed: bool | None, points: float = 2.0, *, public: bool = True, detail: str = "") -> Finding:
    earned = points if passed else 0.0
    return Finding(check, "f", same(f"{check} holds"), passed, earned, points, public, same(detail) if detail else None)


def report(**changes) -> Report:
    made = {
        "exercise": "product_gradient",
        "title": Text("The gradient of a product", "乘积的梯度"),
        "edition": "e1",
        "seed": "7",
        "findings": (
            finding("first", True),
            finding("second", False, detail="got 1, expected 2"),
            finding("third", None, detail="waits for second"),
            finding("secret", False, 3.0, public=False, detail="input 3.25: got 1, expected 2"),
        ),
        "thoughts": (Thought("M35", "own_value", Text("Which factor moves?", "哪个因子在变？")),),
        "remarks": (Remark("numpy", same("numpy is imported and not used"), "ada.py", 1),),
        "files": (File("ada.py", "import numpy\n\n\ndef f(x):\n    return x\n"),),
        "stdout": Printed(WICKED),
        "seconds": Seconds(0.5, 0.4, 0.1),
    }
    return Report(**{**made, **changes})


def results(*reports: Report, language="en", **surroundings: str) -> Results:
    told = tuple(Told(one, {file.name: f"work/{file.name}" for file in one.files}) for one in reports or (report(),))
    return Results(told, language, surroundings, datetime(2026, 11, 21, 12, tzinfo=UTC))


WICKED_REPORT = report(
    findings=(finding("first", False, detail=WICKED),),
    remarks=(Remark("odd", same(WICKED), "a,b:c%.py", 1),),
    files=(File("a,b:c%.py", "def f():\n    pass\n"),),
)
BROKEN = report(
    findings=(finding("first", None), finding("secret", None, public=False)),
    trouble=Remark("syntax", Text("Python cannot read this", "Python 无法读懂"), "ada.py", 3),
    thoughts=(),
    remarks=(),
)
ALL = [report(), WICKED_REPORT, BROKEN]


# JUnit ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("one", ALL)
def test_junit_is_read_by_junitparser_with_as_many_of_each_kind_as_it_says(one):
    read = JUnitXml.fromstring(junit.write(results(one, report())).encode())
    cases = [case for suite in read for case in suite]
    kinds = [type(case.result[0]) for case in cases if case.result]
    assert (read.tests, read.failures, read.errors) == (len(cases), kinds.count(Failure), kinds.count(Error))
    assert sum(suite.skipped for suite in read) == kinds.count(Skipped)


@pytest.mark.parametrize("one", ALL)
def test_junit_obeys_the_schema_of_jenkins(one):
    """Its XSD lies in schemas/. Of GitLab's own there is none: it reads `file` of a case besides, which Jenkins has not."""
    root = ET.fromstring(junit.write(results(one, report())))
    for case in root.iter("testcase"):
        case.attrib.pop("file", None)
    import xmlschema

    xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd").validate(ET.tostring(root, encoding="unicode"))


def test_junit_tells_failed_from_not_run_and_from_a_file_that_cannot_be_run():
    def kinds(one):
        suite = next(iter(JUnitXml.fromstring(junit.write(results(one)).encode())))
        return [type(case.result[0]).__name__ if case.result else "passed" for case in suite]

    assert kinds(report()) == ["passed", "Failure", "Skipped", "Failure"]
    assert kinds(BROKEN) == ["Error", "Skipped"]


def test_junit_holds_no_character_that_xml_cannot_hold_and_keeps_the_others():
    text = junit.write(results(WICKED_REPORT))
    printed = ET.fromstring(text).find("testsuite/system-out").text
    assert "\x1b" not in text
    assert "梯度" in printed
    assert "]]>" in printed


# GitHub ---------------------------------------------------------------------------------------------


def as_the_runner_reads(line: str) -> tuple[str, dict[str, str], str]:
    """A workflow command, taken apart as the runner does: split first, then unescaped, percent signs last."""
    command, _, data = line[2:].partition("::")
    level, _, listed = command.partition(" ")
    undo = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))

    def unescaped(text: str) -> str:
        for escaped, plain in undo:
            text = text.replace(escaped, plain)
        return text

    properties = dict(part.split("=", 1) for part in listed.split(","))
    return level, {name: unescaped(value) for name, value in properties.items()}, unescaped(data)


def test_annotations_stand_at_the_function_that_a_check_calls_and_at_the_line_of_a_remark():
    read = [as_the_runner_reads(line) for line in annotations.write(results()).splitlines()]
    assert [(level, where.get("line")) for level, where, _ in read] == [
        ("error", "4"), ("error", "4"), ("warning", "4"), ("notice", "1"),
    ]  # fmt: skip
    assert {where["file"] for _, where, _ in read} == {"work/ada.py"}
    assert read[0][2] == "got 1, expected 2"


def test_no_text_of_a_student_becomes_a_command_or_a_property_of_its_own():
    lines = annotations.write(results(WICKED_REPORT)).splitlines()
    read = [as_the_runner_reads(line) for line in lines]
    assert len(lines) == 3
    assert all(line.startswith(("::error file=", "::warning file=", "::notice file=")) for line in lines)
    assert {where["file"] for _, where, _ in read} == {"work/a,b:c%.py"}
    assert read[0][1].keys() == {"file", "line", "title"}


def test_a_notebook_is_annotated_as_a_file_for_its_lines_are_none_of_the_file():
    one = report(files=(File("ada.ipynb", "import numpy\n\n\ndef f(x):\n    return x\n", (1, 4)),), remarks=())
    _, where, _ = as_the_runner_reads(annotations.write(results(one)).splitlines()[0])
    assert (where["file"], "line" in where) == ("work/ada.ipynb", False)


def test_the_summary_shows_the_verdicts_in_a_table_and_quotes_what_students_wrote():
    from markdown_it import MarkdownIt

    page = MarkdownIt("commonmark", {"html": True}).enable("table").render(summary.write(results(WICKED_REPORT)))
    assert "<b>" not in page.replace("<strong>", "")
    assert page.count("<tr>") == 2
    assert "<code>" not in page
    page = MarkdownIt().enable("table").render(summary.write(results()))
    assert "2 of 9 points" in page
    assert page.index("Which factor moves") < page.index("<table>")
    assert "✓ passed" in page


def test_the_summary_is_added_to_what_earlier_commands_wrote(tmp_path):
    path = tmp_path / "summary.md"
    path.write_text("before\n")
    Wanted("summary", path).write(results())
    assert path.read_text().startswith("before\n## ")


# Others ---------------------------------------------------------------------------------------------

GRADESCOPE = {  # from the document "Autograder Specifications"
    "type": "object",
    "additionalProperties": False,
    "required": ["tests"],
    "properties": {
        "score": {"type": "number"},
        "execution_time": {"type": "number"},
        "output": {"type": "string"},
        **{f"{one}output_format": {"enum": ["text", "html", "simple_format", "md", "ansi"]} for one in ("", "test_")},
        "test_name_format": {"enum": ["text", "html", "simple_format", "md", "ansi"]},
        "visibility": {"enum": ["hidden", "after_due_date", "after_published", "visible"]},
        "stdout_visibility": {"enum": ["hidden", "after_due_date", "after_published", "visible"]},
        "extra_data": {"type": "object"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "score": {"type": "number"},
                    "max_score": {"type": "number"},
                    "status": {"enum": ["passed", "failed"]},
                    "name": {"type": "string"},
                    "output": {"type": "string"},
                    "visibility": {"enum": ["hidden", "after_due_date", "after_published", "visible"]},
                },
            },
        },
    },
}


@pytest.mark.parametrize("one", ALL)
def test_gradescope_gets_what_its_specification_says(one):
    jsonschema.validate(json.loads(gradescope.write(results(one))), GRADESCOPE)


def test_gradescope_shows_students_no_more_of_hidden_checks_than_the_site_does():
    text = gradescope.write(results())
    found = json.loads(text)
    assert [(test["status"], test["score"]) for test in found["tests"]] == [
        ("passed", 2), ("failed", 0), ("failed", 0), ("failed", 0),
    ]  # fmt: skip
    assert "3.25" not in text
    assert found["score"] == 2
    assert [sorted(one) for one in found["extra_data"].values()] == [["edition"]] * len(found["extra_data"])


RESULT_50 = {  # from the table "The result.json contract"
    "type": "object",
    "required": ["schema", "classroom", "assignment", "submission", "commit", "release", "review", "datetime",
                 "score", "max-score", "tests"],
    "properties": {
        "schema": {"const": "classroom50/result/v1"},
        **{name: {"type": "string", "minLength": 1} for name in (*classroom50.FROM_RUNNER, "review")},
        "datetime": {"pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
        "score": {"type": "integer"},
        "max-score": {"type": "integer"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["test-name", "passed", "score", "max-score"],
                "properties": {"test-name": {"type": "string"}, "passed": {"type": "boolean"},
                               "score": {"type": "integer"}, "max-score": {"type": "integer"}},
            },
        },
    },
}  # fmt: skip


@pytest.mark.parametrize("one", ALL)
def test_classroom_50_gets_its_contract_with_sums_that_agree(one):
    found = json.loads(classroom50.write(results(one, **RUNNER_50)))
    jsonschema.validate(found, RESULT_50)
    for name in ("score", "max-score"):
        assert found[name] == sum(test[name] for test in found["tests"])


def test_classroom_50_knows_whole_numbers_only_so_half_points_double_all():
    one = report(findings=(finding("first", True, 0.5), finding("second", False, 2.0)))
    found = json.loads(classroom50.write(results(one, **RUNNER_50)))
    assert (found["score"], found["max-score"]) == (1, 5)


def test_classroom_50_is_refused_outside_its_runner_with_the_names_that_are_missing():
    with pytest.raises(Impossible) as refused:
        classroom50.write(results(**{**RUNNER_50, "COMMIT_URL": ""}))
    assert "COMMIT_URL" in refused.value.text.en
    assert "COMMIT_URL" in refused.value.text.zh


def points_as_the_reporter_counts(encoded: str) -> tuple[float, float, str]:
    """What GitHub Classroom's reporter does with a runner's result."""
    found = json.loads(base64.b64decode(encoded, validate=True))
    assert {test["status"] for test in found["tests"]} <= {"pass", "fail", "error"}
    assert all(test["name"] and isinstance(test["message"], str | None) for test in found["tests"])
    return sum(test["score"] for test in found["tests"]), found["max_score"], found["status"]


def test_the_classroom_reporter_reads_points_and_status_from_one_line():
    encoded = github_classroom.write(results())
    assert encoded.count("\n") == 1
    assert points_as_the_reporter_counts(encoded.strip()) == (2, 9, "fail")
    assert points_as_the_reporter_counts(github_classroom.write(results(BROKEN)).strip()) == (0, 2, "error")
    right = report(findings=(finding("first", True),), thoughts=())
    assert points_as_the_reporter_counts(github_classroom.write(results(right)).strip()) == (2, 2, "pass")


def check_as_check50_specifies(found: dict) -> None:
    """By its document "JSON specification"."""
    assert found.keys() == {"slug", "results", "version"}
    for one in found["results"]:
        assert one.keys() == {"name", "description", "passed", "log", "cause", "data", "dependency"}
        assert one["passed"] in (True, False, None)
        assert (one["cause"] is None) == (one["passed"] is True)
        assert one["cause"] is None or isinstance(one["cause"]["rationale"], str)
    names = [one["name"] for one in found["results"]]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("one", ALL)
def test_check50_has_three_verdicts_and_a_cause_for_all_but_passed(one):
    check_as_check50_specifies(json.loads(check50.write(results(one))))


def test_check50_tells_the_checks_of_several_exercises_apart():
    found = json.loads(check50.write(results(report(), report(exercise="mlp_backward"))))
    check_as_check50_specifies(found)
    assert found["slug"] == "product_gradient,mlp_backward"


@pytest.mark.parametrize("one", ALL)
def test_sarif_is_read_by_sarif_pydantic_and_every_result_has_its_rule(one):
    text = sarif.write(results(one))
    (run,) = Sarif.model_validate_json(text).runs
    assert {result.rule_id for result in run.results} == {rule.id for rule in run.tool.driver.rules}
    assert json.loads(text)["version"] == "2.1.0"


@pytest.mark.parametrize("one", ALL)
def test_sarif_obeys_the_schema_of_oasis(one):
    """Version 2.1.0, as it lies in schemas/."""
    schema = json.loads((SCHEMAS / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft7Validator(schema, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)
    assert list(validator.iter_errors(json.loads(sarif.write(results(one, report()))))) == []


def test_the_schemas_are_as_they_were_published():
    for name, found in re.findall(
        r"^\| `(\S+)` .* `([0-9a-f]{64})` \|$", (SCHEMAS / "README.md").read_text(), re.MULTILINE
    ):
        assert hashlib.sha256((SCHEMAS / name).read_bytes()).hexdigest() == found


def test_sarif_says_where():
    found = json.loads(sarif.write(results()))["runs"][0]["results"]
    place = found[1]["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("work/ada.py", 4)
    wicked = json.loads(sarif.write(results(WICKED_REPORT)))["runs"][0]["results"][0]
    uri = wicked["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert re.fullmatch(r"[A-Za-z0-9._/%-]+", uri)


# The command ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("trusted_box")
class TestCommand:
    def test_every_format_is_written_into_its_file_and_people_still_read_the_report(
        self, grader, ada, tmp_path, monkeypatch
    ):
        for name, value in RUNNER_50.items():
            monkeypatch.setenv(name, value)
        files = {name: tmp_path / "out" / name for name in FORMATS}
        code, out, _ = grader(
            "check", ada, *(word for name in FORMATS for word in ("--format", f"{name}:{files[name]}"))
        )
        assert (code, "0 of" in out) == (1, True)
        assert all(path.stat().st_size > 40 for path in files.values())

    def test_a_format_without_a_file_has_stdout_for_itself_and_two_are_refused(self, grader, ada):
        code, out, _ = grader("check", ada, "--format", "sarif")
        assert (code, json.loads(out)["version"]) == (1, "2.1.0")
        code, out, err = grader("check", ada, "--format", "sarif", "--format", "junit")
        assert (code, out) == (2, "")
        assert "name a file" in err

    def test_annotations_stand_below_the_report_and_the_summary_goes_where_the_runner_wants_it(
        self, grader, ada, tmp_path, monkeypatch
    ):
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
        _, out, _ = grader("check", ada, "--format", "github", "--format", "summary")
        assert out.index("0 of") < out.index("::error file=")
        assert "##" in (tmp_path / "summary.md").read_text()

    def test_an_unknown_format_and_one_that_cannot_be_had_are_usage_errors(self, grader, ada):
        assert "junit" in grader("check", ada, "--format", "xunit")[2]
        assert grader("check", ada, "--format", "classroom50")[0] == 2
        assert grader("check", ada, "--format", "junit:/proc/nowhere/report.xml")[0] == 2

    def test_only_public_checks_are_put_to_the_box_and_the_hidden_ones_are_named(self, grader, ben, tmp_path):
        """A right solution ends with 0, and yet nobody reads that all checks passed."""
        code, out, _ = grader("check", ben, "--public", "--format", "json")
        found = json.loads(out)
        jsonschema.validate(found, json.loads(SCHEMA.read_text()))
        assert code == 0
        assert {one["passed"] for one in found["findings"]} == {True, None}
        assert "All checks passed" not in grader("check", ben, "--public")[1]

    def test_a_wrong_solution_fails_its_public_checks_too(self, grader, ada):
        assert grader("check", ada, "--public")[0] == 1


@pytest.mark.usefixtures("trusted_box")
def test_hidden_inputs_never_reach_the_box_in_public_mode(grader, ben, monkeypatch):
    import contextlib

    from cli import assembly
    from tests.cli.conftest import run_trusted

    asked = []

    @contextlib.contextmanager
    def box(profile):
        yield lambda request: asked.append(request) or run_trusted(request)

    monkeypatch.setattr(assembly, "box", box)
    grader("check", ben, "--public")
    grader("check", ben)
    assert len(asked[0].calls) == asked[1].first < len(asked[1].calls)
    assert asked[0].first is None


def test_every_place_of_a_file_is_from_where_we_are(tmp_path, monkeypatch):
    from grader.files import places, read_paths

    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "ada.py").write_text("x = 1\n")
    monkeypatch.chdir(tmp_path)
    for path in (Path("work"), tmp_path / "work" / "ada.py"):
        assert places((path,), read_paths((path,)), Path()) == {"ada.py": "work/ada.py"}


def test_on_a_runner_places_are_from_the_top_of_the_repository(tmp_path, monkeypatch):
    """Also where the command runs in a folder of it; what lies elsewhere is named from where we are."""
    from grader.files import places, read_paths

    path = tmp_path / "top" / "work" / "ada.py"
    path.parent.mkdir(parents=True)
    path.write_text("x = 1\n")
    monkeypatch.chdir(path.parent)
    assert places((Path("ada.py"),), read_paths((path,)), tmp_path / "top") == {"ada.py": "work/ada.py"}
    assert places((path,), read_paths((path,)), tmp_path / "other") == {"ada.py": "ada.py"}
