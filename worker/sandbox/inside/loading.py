"""From source text to functions: what the files mention, which top-level code is needed, and running it."""

from __future__ import annotations

import ast
import builtins
import difflib
import importlib
import linecache
import re
import sys
import traceback
import types
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from inside import guard, sifting, stubs, wire

ALIKE = 0.75  # of 1: how like two names must be for one to be meant by the other
LONGEST = 300  # characters quoted of Python's own words
MOST_MENTIONS = 10_000  # names in all files
MOST_NOTES = 50
Trouble = list[Any]  # [reason, text, file, line]; an empty list is none


class Missing(Exception):
    """A call needs a name that the files do not define."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


@dataclass
class Facts:
    """What can be said of the files before any of their code runs."""

    trees: dict[str, ast.Module] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    mentions: list[list[Any]] = field(default_factory=list)  # [kind, name, file, line]
    trouble: Trouble = field(default_factory=list)


@dataclass
class Loaded:
    """The names that the files define, and what happened on the way."""

    files: tuple[str, ...]
    names: dict[str, Any]
    needs: tuple[str, ...] = ()
    notes: list[list[Any]] = field(default_factory=list)  # [code, subject, file, line]
    trouble: Trouble = field(default_factory=list)

    def missing(self, wanted: str) -> Trouble:
        """That a name is not defined, and as `wanted~near` with its place which other one may be meant."""
        own = {name.lower(): value for name, value in self.names.items() if self._may_be_meant(name, value)}
        close = difflib.get_close_matches(wanted.lower(), own, 1, ALIKE)
        if not close:
            return ["missing", wanted, "", 0]
        code = own[close[0]].__code__
        return ["missing", f"{wanted}~{code.co_name}", code.co_filename, code.co_firstlineno]

    def _may_be_meant(self, name: str, value: Any) -> bool:
        own = isinstance(value, types.FunctionType) and value.__code__.co_filename in self.files
        return own and name not in self.needs


def read_facts(files: list[tuple[str, str]]) -> Facts:
    """Parse every file and note what it mentions. Nothing is executed."""
    facts = Facts()
    for name, text in files:
        facts.texts[name] = text
        try:
            facts.trees[name] = ast.parse(text, name)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            facts.trouble = unreadable(error, name)
            return facts
        facts.mentions += [[kind, what, name, line] for kind, what, line in mentions(facts.trees[name])]
        if len(facts.mentions) > MOST_MENTIONS or not _fits(facts.mentions):
            facts.mentions, facts.trouble = [], ["raised", "too many names: ", name, 0]
            return facts
    if not any(tree.body for tree in facts.trees.values()):
        facts.trouble = ["missing", "nothing: ", files[0][0] if files else "", 0]
    return facts


def _fits(mentions: list[list[Any]]) -> bool:
    """Whether they can be told in one frame, with room for what else it holds. A cut would hide a forbidden way."""
    try:
        size: int = len(wire.pack(mentions))
    except wire.FrameError:
        return False
    most: int = wire.LARGEST_TREE - 4096
    return size < most


def unreadable(error: BaseException, name: str) -> Trouble:
    """A file that Python cannot parse, in words that `grader.sentences` knows."""
    text, line = str(getattr(error, "msg", error))[:LONGEST], getattr(error, "lineno", 0) or 0
    if "call to 'print'" in text:
        return ["raised", "python 2 print: ", name, line]
    if isinstance(error, RecursionError | MemoryError) or "too many nested" in text or "too complex" in text:
        return ["raised", "too nested: ", name, line]
    return ["raised", f"syntax: {text}", name, line]


def mentions(tree: ast.Module) -> list[tuple[str, str, int]]:
    """Imports, attributes and definitions, each once, with the line where it first stands."""
    found: dict[tuple[str, str], int] = {}
    for node in ast.walk(tree):
        for kind, name in mentioned(node):
            found.setdefault((kind, name), getattr(node, "lineno", 0))
    return [(kind, name, line) for (kind, name), line in found.items()]


def mentioned(node: ast.AST) -> list[tuple[str, str]]:
    """What one node mentions."""
    if isinstance(node, ast.Import):
        return [("import", alias.name) for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [("import", f"{node.module or ''}.{alias.name}") for alias in node.names]
    if isinstance(node, ast.Attribute):
        return [("attribute" if isinstance(node.ctx, ast.Load) else "define", node.attr)]
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [("define", node.name)]
    return []


def load(facts: Facts, given: str, needs: tuple[str, ...]) -> Loaded:
    """Run the given code and the file that defines most of what is needed; the other files can be imported.

    What that file lacks is taken from the file that defines it.
    """
    for word in ("exit", "quit"):  # the site module, which defines them, is not loaded here
        setattr(builtins, word, sys.exit)
    main = max(facts.trees, key=lambda name: len(sifting.bound_names(facts.trees[name].body) & set(needs)))
    loaded = Loaded(tuple(facts.trees), {}, needs)
    for name, text in facts.texts.items():
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    try:
        world: dict[str, Any] = {"__name__": "given", "np": np}  # of its own: the student's may lack np, or call it so
        exec(compile(given, "given.py", "exec"), world)
        given_names = {name: world[name] for name in sifting.bound_names(ast.parse(given).body)}
        finder = stubs.install(dict(facts.trees), main, given_names, loaded.notes)
        loaded.names = finder.solution.__dict__
        run_needed(facts.trees[main], main, loaded)
        loaded.names.update(given_names)
        gather(facts, finder, loaded)
    except BaseException as error:  # noqa: BLE001 - the student's file may raise anything while it is loaded
        loaded.trouble = describe(error, loaded.files)
        return loaded
    if not any(name in loaded.names for name in needs):
        found = [loaded.missing(name) for name in needs]
        loaded.trouble = next((each for each in found if "~" in each[1]), ["missing", ", ".join(needs), main, 0])
    return loaded


def run_needed(tree: ast.Module, file: str, loaded: Loaded) -> None:
    """Run what is needed of a file; where that fails because of what was left out, run all of it."""
    notes: list[list[Any]] = []
    wanted = sifting.needed(tree, loaded.needs, file, notes)
    try:
        exec(compile(wanted, file, "exec"), loaded.names)
    except BaseException as error:  # without what was left out, the file may raise anything
        if len(wanted.body) == len(tree.body) or isinstance(error, guard.Forbidden) or not isinstance(error, Exception):
            raise
        notes = [["ran-loop", *note[1:]] for note in notes]
        exec(compile(tree, file, "exec"), loaded.names)
    loaded.notes += notes[: MOST_NOTES - len(loaded.notes)]


def gather(facts: Facts, finder: stubs.Finder, loaded: Loaded) -> None:
    """Take the needed names that the main file lacks from the other files."""
    for name in loaded.needs:
        homes = [file for file, tree in facts.trees.items() if name in sifting.bound_names(tree.body)]
        if name not in loaded.names and homes:
            finder.sift(homes[0], lambda tree, file: sifting.needed(tree, loaded.needs, file, loaded.notes))
            loaded.names[name] = getattr(importlib.import_module(stubs.dotted(homes[0])), name)


def unload() -> None:
    """Forget what `load` left in the interpreter."""
    stubs.uninstall()
    linecache.clearcache()
    sys.modules.pop("solution", None)


def describe(error: BaseException, files: tuple[str, ...]) -> Trouble:
    """An exception as [reason, text, file, line]: the last line that is in one of the student's own files."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in files]
    file, line = (frames[-1].filename, frames[-1].lineno or 0) if frames else ("", 0)
    if isinstance(error, guard.Forbidden):
        return ["forbidden", str(error), file, line]
    if isinstance(error, Missing):
        return error.trouble
    if type(error).__name__ == "FrameError":
        return ["unsendable", str(error)[:LONGEST], file, line]
    if isinstance(error, SyntaxError):
        return unreadable(error, str(error.filename or file))
    if type(error).__name__ == "OutOfMemoryError":
        asked = re.search(r"allocate (\d[\d.]* [KMGT]iB)", str(error))
        return ["raised", f"gpu memory: {asked[1] if asked else 'more'}", file, line]
    if isinstance(error, ModuleNotFoundError):
        return ["raised", f"no module: {error.name}", file, line]
    try:
        words = str(error)[:LONGEST]
    except Exception:  # noqa: BLE001 - even the text of an exception is the student's code
        words = ""
    return ["raised", f"{type(error).__name__}: {words}".rstrip(": "), file, line]
