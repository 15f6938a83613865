"""The one place where the command line puts judge, exercises and box together."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING

from cli.language import chosen
from grader.calls import Profile, Run
from grader.files import Source
from grader.messages import Job, Language, Report

if TYPE_CHECKING:
    from grader.exercise import Exercise


@contextmanager
def box(profile: Profile) -> Iterator[Run]:
    """The real box, for as long as the context lasts. Raises SandboxUnavailable.

    It starts by itself meanwhile: what is most likely needed is ready when the judge has imported torch.
    """
    from worker.sandbox.launch import Sandbox
    from worker.settings import Settings

    with Sandbox(Settings.from_environment()) as sandbox:
        sandbox.warm_up(profile)
        yield sandbox.run


def language_of(option: str | None) -> Language:
    """The language of `--lang`, else the locale's."""
    return chosen(option, os.environ)


def surroundings() -> dict[str, str]:
    """The environment of this process: what `grader up` chooses from for the processes that it starts."""
    return dict(os.environ)


def config_home() -> Path:
    """The user's folder for settings."""
    given = os.environ.get("XDG_CONFIG_HOME", "")
    return Path(given) if given.startswith("/") else Path.home() / ".config"


def machine() -> str:
    """What this machine is called, for whoever has to recognise it."""
    return f"grader on {socket.gethostname()}"


def token_given() -> str:
    """The token that CI has for the service, where it has one."""
    return os.environ.get("GRADER_TOKEN", "").strip()


def service_named() -> str:
    """The service that the surroundings name."""
    return os.environ.get("GRADER_SERVICE", "").strip()


def repository() -> Path:
    """The folder from which a runner counts the paths of files; else where we are."""
    return Path(os.environ.get("GITHUB_WORKSPACE") or os.environ.get("CI_PROJECT_DIR") or ".")


def own_source() -> str:
    """Where this program was taken from, as address@commit: as pip noted it, else as its checkout says; or empty."""
    with contextlib.suppress(PackageNotFoundError, ValueError, KeyError):
        found = json.loads(distribution("chainrule").read_text("direct_url.json") or "{}")
        if "vcs_info" in found:
            return f"{found['url']}@{found['vcs_info']['commit_id']}"
    root = str(Path(__file__).parents[1])
    return f"{git('-C', root, 'remote', 'get-url', 'origin')}@{git('-C', root, 'rev-parse', 'HEAD')}"


def git(*words: str) -> str:
    """What git answers; empty where it does not, or is not there."""
    try:
        asked = subprocess.run(["git", *words], capture_output=True, text=True, timeout=10, check=False)  # noqa: S607 - whichever git they use
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return asked.stdout.strip() if asked.returncode == 0 else ""


def command_name() -> str:
    """What one types to start the command: `./run grader` where ./run did."""
    return os.environ.get("GRADER_COMMAND", "grader")


def whole_set_up() -> str:
    """What one types to install all that the commands need, the site's libraries too."""
    start, _, rest = command_name().rpartition(" ")
    return f"{start} setup" if rest == "grader" and start else "pip install 'chainrule[service]'"


def exercise_of(name: str) -> Exercise:
    """The exercise that ships with the product. Raises KeyError; imports torch."""
    import torch

    import assignments

    torch.set_num_threads(1)  # the tensors are small: more threads would only wait for each other
    return assignments.find(name)


def exercise_in(name: str, directory: Path) -> Exercise:
    """The exercise in a folder of one's own, or of those that ship with the product. It is executed."""
    import assignments

    if directory == assignments.HERE:
        return exercise_of(name)
    return assignments.load(assignments.path_of(name, directory))


def job_for(source: Source, exercise: Exercise, seed: str) -> Job:
    """A submission of one's own, on one's own machine."""
    return Job(
        submission="local",
        ticket="",
        attempt=0,
        exercise=exercise.name,
        edition=exercise.edition,
        files=source.files,
        seed=seed,
        notes=source.notes,
    )


def grade_locally(source: Source, name: str, seed: str, *, public: bool = False) -> Report:
    """The report for one's own files, judged in the real box. public: hidden checks are named and not run."""
    with box(profile_of(name)) as run:
        from grader.grading import grade
        from grader.public import only_public, with_hidden

        exercise = exercise_of(name)
        asked = only_public(exercise) if public else exercise
        return with_hidden(grade(job_for(source, exercise, seed), asked, run), exercise)


def profile_of(name: str) -> Profile:
    """What an exercise's sheet says of its box, read as text."""
    import assignments

    options = next(sheet.options for sheet in assignments.sheets() if sheet.name == name)
    return "torch" if options.get("profile") == "torch" else "plain"


def fresh_seed() -> str:
    """A seed that is short enough to be typed again."""
    return str(secrets.randbelow(10**9))
