"""Which top-level statements of a file are run: definitions and what fills them, not the training beside them.

Nothing is executed here. The reading is rough on purpose: where it takes too much for work, loading fails and
`loading` runs the whole file after all.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

CHANGING = frozenset(["pop", "popitem", "popleft", "setdefault"])  # methods that change and whose value is also used


@dataclass
class Effects:
    """What calling an own function or class does to names of the file, and whether it changes its arguments."""

    names: set[str] = field(default_factory=set)
    arguments: bool = False


def needed(tree: ast.Module, needs: tuple[str, ...], file: str, notes: list[list[Any]]) -> ast.Module:
    """The module without the top-level work that the needed functions can do without: training, plots, prints.

    A statement is work if it is a loop, or calls something and keeps no name of the result. It is run, once, where
    it fills something that is needed: binds a name that nothing else binds, or changes what a name stands for.
    Plain re-binding of a name that has its first value elsewhere is training. `notes` gets what was done.
    """
    settled = bound_names([s for s in tree.body if not is_work(s)])
    if not set(needs) & settled:
        return tree
    own = effects(tree)
    kept: list[ast.stmt] = []
    stale: set[str] = set()  # what work that is left out would have filled
    wanted = names_read(tree, needs, settled, own)
    for statement in tree.body:
        harmless = not is_work(statement) or is_harmless(statement, set(own))
        fills = filled(statement, settled, own) & wanted
        if is_work(statement) and not fills and (not harmless or free_names(statement) & stale):
            stale |= bound_names([statement]) | touched(statement, own)
            notes.append(["skipped", headline(statement), file, statement.lineno])
            continue
        kept.append(statement)
        if not harmless:
            notes.append(["ran-loop", headline(statement), file, statement.lineno])
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


def names_read(tree: ast.Module, needs: tuple[str, ...], settled: set[str], own: dict[str, Effects]) -> set[str]:
    """All top-level names that the needed definitions read, followed through whatever binds or fills those."""
    wanted, before = set(needs), -1
    sources = [(filled(statement, settled, own), free_names(statement)) for statement in tree.body]
    while len(wanted) != before:
        before = len(wanted)
        for fills, reads in sources:
            if fills & wanted:
                wanted |= reads
    return wanted


def filled(statement: ast.stmt, settled: set[str], own: dict[str, Effects]) -> set[str]:
    """The names that get what they stand for from a statement; from work, only those that nothing else binds."""
    bound = bound_names([statement])
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return bound
    return (bound - settled if is_work(statement) else bound) | touched(statement, own)


def effects(tree: ast.Module) -> dict[str, Effects]:
    """What the file's own functions and classes do when they are called, through one another."""
    definitions = [s for s in tree.body if isinstance(s, ast.FunctionDef | ast.ClassDef)]
    own = {definition.name: Effects() for definition in definitions}
    reads = {definition.name: free_names(definition) & set(own) for definition in definitions}
    modules = bound_names([s for s in tree.body if isinstance(s, ast.Import | ast.ImportFrom)])
    for definition in definitions:
        changed, inner = touched(definition, {}) - modules, declared(definition)
        local, parameters = local_names(definition)
        own[definition.name].names = changed - local - parameters | inner
        own[definition.name].arguments = bool(changed & parameters) and isinstance(definition, ast.FunctionDef)
    grows = True
    while grows:
        grows = False
        for name, called in reads.items():
            known = own[name].names
            own[name].names = known.union(*(own[other].names for other in called))
            grows = grows or len(own[name].names) > len(known)
    return own


def touched(node: ast.AST, own: dict[str, Effects]) -> set[str]:
    """The names whose objects running a node changes: items, attributes, `+=`, methods called for their effect."""
    names: set[str] = set()
    for each in ast.walk(node):
        if isinstance(each, ast.AugAssign):
            names |= root(each.target)
        elif isinstance(each, ast.Subscript | ast.Attribute) and not isinstance(each.ctx, ast.Load):
            names |= root(each)
        elif isinstance(each, ast.Expr) and isinstance(each.value, ast.Call):
            names |= root(each.value.func) if isinstance(each.value.func, ast.Attribute) else set()
        elif isinstance(each, ast.Call):
            names |= touched_by_call(each, own)
    return names


def touched_by_call(call: ast.Call, own: dict[str, Effects]) -> set[str]:
    """What one call changes: by an own function, or by a method whose name says so."""
    if isinstance(call.func, ast.Attribute) and call.func.attr in CHANGING:
        return root(call.func)
    if not isinstance(call.func, ast.Name) or call.func.id not in own:
        return set()
    effect = own[call.func.id]
    given = [*call.args, *(keyword.value for keyword in call.keywords)] if effect.arguments else []
    return effect.names.union(*map(root, given))


def root(node: ast.AST) -> set[str]:
    """The name that a chain such as `a[0].b` begins with."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()


def declared(node: ast.AST) -> set[str]:
    """The names that a definition declares global."""
    return {name for each in ast.walk(node) if isinstance(each, ast.Global) for name in each.names}


def local_names(definition: ast.stmt) -> tuple[set[str], set[str]]:
    """The names that a definition binds inside, and its parameters."""
    stored = {n.id for n in ast.walk(definition) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return stored - declared(definition), {n.arg for n in ast.walk(definition) if isinstance(n, ast.arg)}


def free_names(statement: ast.stmt) -> set[str]:
    """The names that a statement reads and does not bind itself: for a function, the globals it reads."""
    read = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    if not isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return read
    local, parameters = local_names(statement)
    return (read | declared(statement)) - local - parameters


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
