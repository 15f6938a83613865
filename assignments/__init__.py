"""What is taught: one module an exercise, or a package where one is not enough. find('softmax_derivative') gives the Exercise."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from grader import course
from grader.errors import ExerciseError
from grader.messages import Text
from grader.parts import home_of, name_of
from grader.reading import Sheet

if TYPE_CHECKING:
    from grader.exercise import Exercise  # brings torch, which listing exercises does not need

HERE = Path(__file__).parent


def names() -> tuple[str, ...]:
    """The exercises that ship with the product, in the order of the course."""
    return tuple(sheet.name for sheet in sheets())


def sheets(directory: Path = HERE) -> tuple[Sheet, ...]:
    """The sheets of all exercises in a directory, read as text."""
    return course.sheets(directory)


def chapters(directory: Path = HERE) -> dict[str, list[Sheet]]:
    """The course: the sheets of each chapter, and the chapters in the order of their first exercises."""
    return course.chapters(directory)


def chapter_title(chapter: str) -> Text:
    """What a chapter is called; one that we do not know is called what its exercises call it."""
    return course.chapter_titles(HERE).get(chapter, Text(chapter, chapter))


def path_of(name: str, directory: Path = HERE) -> Path:
    """The module of an exercise in a directory, or its package's `__init__.py`. Raises KeyError where there is none."""
    return course.path_of(name, directory)


def find(name: str) -> Exercise:
    """The exercise of this name. Raises KeyError where there is none."""
    if not any(sheet.name == name for sheet in sheets()):
        raise KeyError(name)
    return _exercise_of(importlib.import_module(f"assignments.{name}"))


def load(path: Path, module_name: str = "") -> Exercise:
    """The exercise in a module, or a package's `__init__.py`, anywhere on disk. It is executed: only for trusted files.

    What it imports relatively is taken from beside it.
    """
    spec = importlib.util.spec_from_file_location(f"{_folder(path, module_name)}.{name_of(path)}", path)
    if spec is None or spec.loader is None:
        message = f"{path} is not a Python module"
        raise ExerciseError(message)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
        return _exercise_of(module)
    except ExerciseError:
        raise
    except Exception as error:
        message = f"{path} cannot be imported: {error!r}"
        raise ExerciseError(message) from error


def _folder(path: Path, name: str) -> str:
    """The folder that an exercise stands in, as a package of its own: whatever was loaded by that name is forgotten."""
    package = ModuleType(name or f"exercises_{name_of(path)}")
    package.__path__ = [str(home_of(path))]
    for known in [one for one in list(sys.modules) if one.startswith(f"{package.__name__}.")]:
        del sys.modules[known]
    sys.modules[package.__name__] = package
    return package.__name__


def _exercise_of(module: ModuleType) -> Exercise:
    """The exercise that a module defines; a package's other modules add to it what they hold."""
    from grader.exercise import Exercise  # brings torch, which listing exercises does not need

    exercise = getattr(module, "exercise", None)
    if not isinstance(exercise, Exercise):
        message = f"{module.__name__} has no `exercise = Exercise(__name__, …)`"
        raise ExerciseError(message)
    for part in pkgutil.iter_modules(getattr(module, "__path__", ())):
        importlib.import_module(f"{module.__name__}.{part.name}")
    return exercise
