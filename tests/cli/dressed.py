"""A script for an environment without pytest: grade programs of tests/assignments/dress in the real box.

Arguments: their paths below that folder. A line of JSON for each: path, what is named, whether it earns all, trouble.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import assignments
from cli.assembly import job_for
from grader.files import read_paths
from grader.grading import grade
from worker.sandbox.launch import Sandbox
from worker.settings import Settings

DRESS = Path(__file__).parents[1] / "assignments" / "dress"

if __name__ == "__main__":
    with Sandbox(Settings.from_environment()) as sandbox:
        for program in sys.argv[1:]:
            exercise = assignments.find(program.partition("/")[0])
            report = grade(job_for(read_paths((DRESS / program,)), exercise, "7"), exercise, sandbox.run)
            codes = sorted({thought.code for thought in report.thoughts})
            found = [program, codes, report.points == report.out_of, str(report.trouble)]
            sys.stdout.write(json.dumps(found) + "\n")
