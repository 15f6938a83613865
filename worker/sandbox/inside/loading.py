"""From source text to functions: what the files mention, which top-level code is needed, and running it."""

from __future__ import annotations

import ast
import builtins
import difflib
import linecache
import sys
import traceback
import types
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from inside import guard, stubs

ALIKE = 0.75  # of 1: how like two names must be for one to be meant by the other
LONGEST = 300  # characters quoted of Python's own words
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
    if not any(tree.body for tree in facts.trees.values()):
        facts.trouble = ["missing", "nothing: ", files[0][0] if files else "", 0]
    return facts


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
    return [(kind, name, line) for (kind, name), line in found.items()][:2000]


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
    """Run the given code and the file that defines most of what is needed; the other files can be imported."""
    for word in ("exit", "quit"):  # the site module, which defines them, is not loaded here
        setattr(builtins, word, sys.exit)
    main = max(facts.trees, key=lambda name: len(bound_names(facts.trees[name].body) & set(needs)))
    loaded = Loaded(tuple(facts.trees), {}, needs)
    for name, text in facts.texts.items():
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    stubs.install({name: facts.texts[name] for name in facts.texts if name != main}, loaded.notes)
    module = types.ModuleType("solution")
    sys.modules["solution"] = module
    loaded.names = module.__dict__
    try:
        world: dict[str, Any] = {"__name__": "given", "np": np}  # of its own: the student's may lack np, or call it so
        exec(compile(given, "given.py", "exec"), world)
        given_names = {name: world[name] for name in bound_names(ast.parse(given).body)}
        loaded.names.update(given_names)
        wanted = needed(facts.trees[main], needs, main, loaded.notes)
        exec(compile(wanted, main, "exec"), loaded.names)
        loaded.names.update(given_names)
    except BaseException as error:  # noqa: BLE001 - the student's file may raise anything while it is loaded
        loaded.trouble = describe(error, loaded.files)
        return loaded
    if not any(name in loaded.names for name in needs):
        found = [loaded.missing(name) for name in needs]
        loaded.trouble = next((each for each in found if "~" in each[1]), ["missing", ", ".join(needs), main, 0])
    return loaded


def unload() -> None:
    """Forget what `load` left in the interpreter."""
    stubs.uninstall()
    linecache.clearcache()
    sys.modules.pop("solution", None)


def needed(tree: ast.Module, needs: tuple[str, ...], file: str, notes: list[list[Any]]) -> ast.Module:
    """The module without the top-level work that the needed functions can do without: training, plots, prints.

    A statement is work if it is a loop, or calls something and keeps no name of the result. Work is left out
    where everything that is needed gets its first value elsewhere; else it is run, once, and that is noted.
    """
    kept, own = [], bound_names([s for s in tree.body if isinstance(s, ast.FunctionDef | ast.ClassDef)])
    if not set(needs) & bound_names([s for s in tree.body if not is_work(s)]):
        return tree
    wanted = names_read(tree, needs)
    settled = bound_names([statement for statement in tree.body if not is_work(statement)])
    for statement in tree.body:
        if not is_work(statement) or is_harmless(statement, own):
            kept.append(statement)
        elif (bound_names([statement]) - settled) & wanted:
            kept.append(statement)
            notes.append(["ran-loop", headline(statement), file, statement.lineno])
        else:
            notes.append(["skipped", headline(statement), file, statement.lineno])
    return ast.Module(body=kept, type_ignores=[])


def is_work(statement: ast.stmt) -> bool:
    """Whether a top-level statement may cost time and defines nothing by its nature: a loop, a bare call."""
    return isinstance(statement, ast.For | ast.While) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
    )


def is_harmless(statement: ast.stmt, own: set[str]) -> bool:
    """A call, such as a print, that runs none of the file's own functions and no loop."""
    if not isinstance(statement, ast.Expr):
        return False
    called = {n.func.id for n in ast.walk(statement) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    return not called & own


def names_read(tree: ast.Module, needs: tuple[str, ...]) -> set[str]:
    """All top-level names that the needed definitions read, followed through whatever binds those."""
    wanted, before = set(needs), -1
    while len(wanted) != before:
        before = len(wanted)
        for statement in tree.body:
            if bound_names([statement]) & wanted and not is_work(statement):
                wanted |= free_names(statement)
    return wanted


def free_names(statement: ast.stmt) -> set[str]:
    """The names that a statement reads and does not bind itself: for a function, the globals it reads."""
    names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
    read = {node.id for node in names if isinstance(node.ctx, ast.Load)}
    if not isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return read
    own = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    own |= {node.arg for node in ast.walk(statement) if isinstance(node, ast.arg)}
    return read - own


def bound_names(statements: list[ast.stmt]) -> set[str]:
    """The names that statements define at their own level, loops and branches included."""
    names: set[str] = set()
    waiting: list[ast.AST] = list(statements)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        else:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.add(node.id)
            waiting += ast.iter_child_nodes(node)
    return names


def headline(statement: ast.stmt) -> str:
    """The first line of a statement, to name it by."""
    return ast.unparse(statement).partition("\n")[0][:60]


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
    if isinstance(error, ModuleNotFoundError):
        return ["raised", f"no module: {error.name}", file, line]
    try:
        words = str(error)[:LONGEST]
    except Exception:  # noqa: BLE001 - even the text of an exception is the student's code
        words = ""
    return ["raised", f"{type(error).__name__}: {words}".rstrip(": "), file, line]
