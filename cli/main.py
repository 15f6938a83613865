"""The command `grader`. Exit codes: 0 all passed, 1 not all, 2 usage, 3 our fault, 130 interrupted.

Each command is imported when it is called: `grader --help` and `grader list` need not wait for torch.
"""

from __future__ import annotations

import importlib.util
import io
import os
import sys
import traceback
from collections.abc import Sequence

import click

from cli import assembly, words
from cli.lazy import LazyGroup
from grader.errors import ExerciseError, Explained, Mendable

COMMANDS = {
    "up": ("cli.up:up", "Start everything: the site, its database, queue and workers."),
    "backup": ("cli.backup:backup", "Write database and secret into one file, while the service runs or not."),
    "restore": ("cli.restore:restore", "Put back what `backup` wrote."),
    "check": ("cli.check:check", "Grade a solution in the box and say what is right, what is wrong, and where."),
    "ci": ("cli.ci:ci", "Run the public checks of a repository's exercises, and hand in where there is a token."),
    "submit": ("cli.online.submit:submit", "Hand in to a course's service, and wait for the report."),
    "login": ("cli.online.signing:login", "Sign in at a service with your browser."),
    "logout": ("cli.online.signing:logout", "Sign out: forget the token, and revoke it."),
    "whoami": ("cli.online.signing:whoami", "Whose token this is, and what it is good for."),
    "init-repo": ("cli.init_repo:init_repo", "Write a student's repository: starters, chainrule.toml, CI."),
    "init-course": (
        "cli.init_course:init_course",
        "Write an instructor's repository: exercises, and CI that proves them.",
    ),
    "export": ("cli.gradescope.exporting:export", "Exercises for other systems: a Gradescope autograder."),
    "autograde": ("cli.gradescope.running:autograde", "What that autograder runs for a submission."),
    "list": ("cli.exercises:list_exercises", "The exercises, in the order of the course."),
    "show": ("cli.exercises:show_exercise", "The statement of an exercise."),
    "new-solution": ("cli.exercises:new_solution", "Write the file that a solution starts from."),
    "new-exercise": ("cli.new_exercise:new_exercise", "Write the skeleton of an exercise, in both languages."),
    "verify": ("cli.verify:verify", "Prove the laws that every exercise must obey, for ours or a folder of exercises."),
    "publish": ("cli.online.publish:publish", "Send an edition of an exercise to a service where you teach."),
    "replay": ("cli.replay:replay", "Grade a recorded report again and compare the verdicts."),
    "regrade": ("cli.regrade.command:regrade", "Say what the present exercises would change of stored scores."),
    "schema": ("cli.check:schema", "Print the JSON schema of `check --json`."),
    "doctor": ("cli.doctor:doctor", "Say what this machine can do for the box, and how to mend what is missing."),
    "bench": ("cli.bench:bench", "Measure speed, side by side with what one would use instead."),
}


@click.group(cls=LazyGroup, commands_at=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="chainrule", prog_name="grader")
def command() -> None:
    """Chainrule: a grader for backpropagation homework that names the misconception.

    First `new-solution softmax_derivative`, which writes the starter; then `check softmax_derivative.py`.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and end the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without ∂ still gets the rest
    sys.exit(outcome(arguments))


def outcome(arguments: Sequence[str] | None = None) -> int:
    """Run the command; its exit code."""
    try:
        result = command.main(arguments, prog_name=assembly.command_name(), standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return 2  # click's own code for a file it cannot open is 1, which means "not all passed"
    except click.exceptions.Abort:
        return 130
    except ModuleNotFoundError as error:
        return not_installed(error)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has seen enough
        return 0
    except Exception as error:  # noqa: BLE001 - an uncaught one would end with 1, which means "not all passed"
        return our_fault(error)
    return result if isinstance(result, int) else 0


def not_installed(error: ModuleNotFoundError) -> int:
    """Say what to install: an environment that only grades is without the libraries of the site."""
    if error.name is None or importlib.util.find_spec(error.name.partition(".")[0]):
        return our_fault(error)  # a module of a package that is here
    text = words.NOT_INSTALLED(assembly.language_of(None))
    click.echo(text.format(module=error.name, how=assembly.whole_set_up()), err=True)
    return 2


def our_fault(error: Exception) -> int:
    """Say that it was ours, what it was, and what to do, where that is known."""
    language = assembly.language_of(None)
    heading = getattr(error, "heading", words.OUR_FAULT)
    click.echo(heading(language), err=True)
    if isinstance(error, Explained):
        if error.text != heading:
            click.echo(error.text(language), err=True)
    elif isinstance(error, ExerciseError):
        click.echo(str(error), err=True)
    else:
        traceback.print_exception(error)
    if isinstance(error, Mendable):
        click.echo(f"→ {error.remedy(language).replace('{grader}', assembly.command_name())}", err=True)
    return 3
