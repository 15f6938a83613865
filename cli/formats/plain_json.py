"""Our own JSON, whose schema `grader schema` prints: an object for one exercise, a list of them for several."""

from __future__ import annotations

import json

from cli.formats.results import Results
from cli.records import record


def write(results: Results) -> str:
    """ASCII only: it passes through any pipe and can steer no terminal."""
    found = [record(report, results.language) for report in results.reports]
    return json.dumps(found[0] if len(found) == 1 else found, allow_nan=False, indent=1) + "\n"
