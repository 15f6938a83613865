"""`grader autograde`: one submission as Gradescope lays it out, and its results.json."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import click

import assignments
from cli import assembly
from cli.formats import gradescope
from cli.formats.results import Results, Told
from cli.gradescope.exporting import SEEDS
from cli.options import language, usage
from cli.verify import DIRECTORY
from grader.calls import Profile
from grader.files import Source, Unreadable, read_paths
from grader.messages import Language, Report, Text
from grader.reading import Sheet

NO_EXERCISE = Text("There is no exercise {name} in {directory}.", "{directory} 里没有题目 {name}。")
LARGEST = 10_000_000  # bytes of metadata


@click.command()
@click.argument("name", metavar="EXERCISE")
@click.option("--home", metavar="DIR", default="/autograder", type=DIRECTORY, help="[default: /autograder]")
@click.option("--exercises", metavar="DIR", type=DIRECTORY, help="Exercises of your own. [default: those installed]")
@language
def autograde(name: str, home: Path, exercises: Path | None, language: Language) -> int:
    """Grade DIR/submission and write DIR/results/results.json; what the autograder of Gradescope runs.

    Exit code: 0 where there are results, however good; 3 where the fault is ours, and then there are none.
    """
    directory = exercises or assignments.HERE
    sheet = next((one for one in assignments.sheets(directory) if one.name == name), None)
    if sheet is None:
        said = {"name": name, "directory": directory}
        usage(Text(NO_EXERCISE.en.format(**said), NO_EXERCISE.zh.format(**said)), language)
    metadata = _metadata(home / "submission_metadata.json")
    results = home / "results" / "results.json"
    results.unlink(missing_ok=True)  # none of an earlier run passes for this one's
    try:
        source = read_paths((home / "submission",))
    except Unreadable as error:
        text = _refused(error, language)
    else:
        report = _graded(sheet, source, _seed(metadata, home), directory)
        text = gradescope.write(Results((Told(report),), language))
    results.parent.mkdir(exist_ok=True)
    draft = results.with_name(".results.json")
    draft.write_text(text, encoding="utf-8")
    draft.rename(results)
    return 0


def _graded(sheet: Sheet, source: Source, seed: str, directory: Path) -> Report:
    """Raises SandboxUnavailable, ExerciseError."""
    profile: Profile = "torch" if sheet.options.get("profile") == "torch" else "plain"
    with assembly.box(profile) as run:
        from grader.grading import grade

        exercise = assembly.exercise_in(sheet.name, directory)
        return grade(assembly.job_for(source, exercise, seed), exercise, run)


def _refused(error: Unreadable, language: Language) -> str:
    """No points, and why: what is to be handed in is no fault of ours."""
    said = {"score": 0, "output": error.text(language), "output_format": "text", "visibility": "visible", "tests": []}
    return json.dumps(said, indent=1) + "\n"


def _metadata(path: Path) -> dict[str, Any]:
    """What Gradescope says of the submission; empty where it says nothing that can be read."""
    try:
        with path.open("rb") as stream:
            found = json.loads(stream.read(LARGEST))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _seed(metadata: dict[str, Any], home: Path) -> str:
    """The submission's own, so that grading it again gives the same score, also months later."""
    number = metadata.get("id")
    if not isinstance(number, int | str):
        return assembly.fresh_seed()
    return hashlib.sha256(f"{_secret(home)} {number}".encode()).hexdigest()


def _secret(home: Path) -> str:
    """What the zip was given when it was made: the program is public, and its inputs shall not be foreseen."""
    path = home / "source" / SEEDS
    return path.read_text(encoding="ascii").strip() if path.is_file() else assembly.fresh_seed()
