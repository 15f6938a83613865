"""What students may see of an exercise, read as text: nothing is imported and nothing is executed."""

from __future__ import annotations

import ast
import tomllib
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from grader.docstrings import with_docstrings
from grader.errors import ExerciseError
from grader.literals import keywords
from grader.messages import Language, Text
from grader.parsing import parse
from grader.parts import imports_of, modules_of, name_of, whole

Definition = ast.FunctionDef | ast.ClassDef
GIVEN = Text(
    "# Given. Use it as it is; the judge brings its own copy.", "# 给定的代码。请原样使用；评分程序用的是它自己的一份。"
)


@dataclass(frozen=True)
class Entry:
    """One decorated function or class of an exercise module."""

    role: str  # starter, given, check, law, misconception, graph
    name: str
    source: str  # without its decorator
    text: str  # the docstring
    options: dict[str, Any] = field(hash=False)  # the decorator's literal keywords
    about: tuple[str, ...] = ()  # its other arguments: of a misconception, the code and the function


@dataclass(frozen=True)
class Sheet:
    """The exercise sheet: statement, starter and titles, in English and, where translated, in Chinese."""

    name: str
    edition: str
    options: dict[str, Any] = field(hash=False)
    statement: Text
    entries: tuple[Entry, ...]
    chinese: dict[str, Any] = field(hash=False)
    files: tuple[str, ...] = ()  # all of them, relative to the folder of exercises
    by_name: tuple[str, ...] = ()  # modules beside it that it does not import relatively: elsewhere they are not found

    @cached_property
    def title(self) -> Text:
        return Text(_headline(self.statement.en), _headline(self.statement.zh))

    @property
    def chapter(self) -> str:
        return str(self.options.get("chapter", ""))

    @property
    def points(self) -> float:
        """What all checks together are worth."""
        return float(sum(entry.options.get("points", 0) for entry in self.of("check")))

    def of(self, role: str) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.role == role)

    def text(self, role: str, name: str) -> Text:
        """The words of an entry: a check's title, a law, a misconception's hint."""
        for entry in self.of(role):
            if entry.name == name:
                return Text(entry.text, self.chinese.get(f"{role}s", {}).get(name, entry.text))
        message = f"{self.name}: no {role} is called {name}"
        raise ExerciseError(message)

    @cached_property
    def given(self) -> str:
        """The public code that runs in the box before the student's file."""
        return "\n\n\n".join(entry.source for entry in self.of("given"))

    @property
    def starter(self) -> str:
        return self.starter_in("en")

    def starter_in(self, language: Language) -> str:
        """The file that a student begins with."""
        torch = self.options.get("profile") == "torch"
        imports = "import torch\nfrom torch import nn" if torch else "import numpy as np"
        head = Text(f"{self.title.en}. See the statement of {self.name}.", f"{self.title.zh}。题目见 {self.name}。")
        parts = [f'"""{head(language)}"""', imports, *([GIVEN(language)] if self.given else [])]
        for role in ("given", "starter"):
            words = self.chinese.get(f"{role}s", {}) if language == "zh" else {}
            parts += [with_docstrings(entry.source, words) for entry in self.of(role)]
        return "\n\n\n".join(parts).replace("\n\n\nimport", "\n\nimport", 1) + "\n"

    def untranslated(self) -> tuple[str, ...]:
        """What has no Chinese yet, as `role.name`."""
        missing = [] if self.chinese.get("statement") else ["statement"]
        for entry in self.entries:
            spoken = entry.role in {"check", "law", "misconception"}
            if spoken and not self.chinese.get(f"{entry.role}s", {}).get(entry.name):
                missing.append(f"{entry.role}s.{entry.name}")
        return tuple(missing)


@dataclass(frozen=True)
class Module:
    """What one file says. Its imports are (leading dots, dotted name)."""

    statement: str
    options: dict[str, Any] = field(hash=False)
    entries: tuple[Entry, ...]
    imports: tuple[tuple[int, str], ...]


def read_sheet(path: Path) -> Sheet:
    """Read the exercise at `path` and its translation: `zh/<name>.toml` beside the module, or beside the package.

    `path` is a module, or the `__init__.py` of a package, whose other modules may hold entries too. Modules beside it
    that it imports are part of its edition, and so is its pace. Raises ExerciseError where a module cannot be parsed.
    """
    sources = {part: part.read_text(encoding="utf-8") for part in modules_of(path)}
    modules = [_module(part, source) for part, source in sources.items()]
    found = whole(path, sources, modules[0].options, lambda part, text: _module(part, text).imports)
    translation = found.home / "zh" / f"{name_of(path)}.toml"
    chinese = _read_chinese(translation)
    return Sheet(
        name=name_of(path),
        edition=found.edition,
        options=modules[0].options,
        statement=Text(modules[0].statement, str(chinese.get("statement", modules[0].statement)).strip()),
        entries=tuple(entry for module in modules for entry in module.entries),
        chinese=chinese,
        files=(*found.files, *([f"zh/{translation.name}"] if translation.is_file() else [])),
        by_name=found.by_name,
    )


@lru_cache(maxsize=256)
def _module(path: Path, source: str) -> Module:
    """Parsed once, however often it is asked for; another text is read anew."""
    try:
        tree = parse(source)
    except SyntaxError as error:
        message = f"{path}: line {error.lineno}: {error.msg}"
        raise ExerciseError(message) from error
    statement = ast.get_docstring(tree) or ""
    return Module(statement, _exercise_options(tree), tuple(_entries(tree, source)), tuple(imports_of(tree)))


def _headline(statement: str) -> str:
    return statement.strip().partition("\n")[0].lstrip("# ").strip()


def _read_chinese(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        message = f"{path}: {error}"
        raise ExerciseError(message) from error


def _exercise_options(module: ast.Module) -> dict[str, Any]:
    for statement in module.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call):
            target, call = statement.targets[0], statement.value
            named = isinstance(target, ast.Name) and target.id == "exercise"
            if named and isinstance(call.func, ast.Name) and call.func.id == "Exercise":
                return keywords(call)
    return {}


def _entries(module: ast.Module, source: str) -> list[Entry]:
    found = []
    for statement in module.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            for decorator in statement.decorator_list:
                entry = _entry(statement, decorator, source)
                if entry:
                    found.append(entry)
    return found


def _entry(definition: Definition, decorator: ast.expr, source: str) -> Entry | None:
    call = decorator if isinstance(decorator, ast.Call) else None
    called = call.func if call else decorator
    if not (isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name)):
        return None
    if called.value.id != "exercise":
        return None
    text = " ".join((ast.get_docstring(definition) or "").split())
    options = keywords(call) if call else {}
    lines = source.split("\n")[definition.lineno - 1 : definition.end_lineno]  # as Python counts, who may write U+2028
    about = tuple(ast.unparse(argument).strip("'") for argument in call.args) if call else ()
    return Entry(called.attr, definition.name, "\n".join(lines), text, options, about)
