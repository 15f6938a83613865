"""Stands in for what is not here and does not matter (plots), and lets the files of one upload import each other."""

from __future__ import annotations

import ast
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types
from collections.abc import Callable, Iterable, Iterator, MutableSequence, Sequence
from typing import Any

PLOTTING = ("matplotlib", "mpl_toolkits", "seaborn", "IPython", "tqdm")


class Nothing:
    """Takes every call, attribute and item, and gives itself: a plot that is never drawn."""

    def __call__(self, *_: Any, **__: Any) -> Any:
        return self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __getitem__(self, _: Any) -> Any:
        return self

    def __setitem__(self, *_: Any) -> None:
        return None

    def __iter__(self) -> Iterator[Any]:
        return iter((self, self))

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class Stub(types.ModuleType):
    """A module of nothing. `fig, ax = plt.subplots()` works; progress bars pass their iterable through."""

    __path__: MutableSequence[str] = []  # noqa: RUF012 - the import system asks for a list

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in {"tqdm", "trange", "tqdm_notebook"}:
            return {"trange": range}.get(name, lambda items=(), *_, **__: items)
        return Nothing()


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the other files of the upload, its folders as packages, and stubs for plotting libraries.

    The main file is the module `solution`, known by its own name too. What stands beside it can be imported without
    the name of its folder, as where the file is run as a script, and by a leading dot.
    """

    def __init__(self, trees: dict[str, ast.Module], main: str, given: dict[str, Any], notes: list[list[Any]]) -> None:
        self.files = {dotted(name): name for name in trees}
        self.trees, self.given, self.notes = dict(trees), given, notes
        self.packages = {name.rpartition(".")[0] for name in _prefixes(self.files)}
        self.packages |= {dotted(name) for name in trees if name.endswith("__init__.py")}
        self.main, self.beside = dotted(main), dotted(main).rpartition(".")[0]
        self.solution = types.ModuleType("solution")
        self.solution.__dict__.update(given, __path__=[], __package__=self.beside or "solution")

    def real(self, fullname: str) -> str:
        """The name from the top of the upload, or nothing."""
        inner = fullname.removeprefix("solution.")
        for name in (fullname, inner, f"{self.beside}.{inner}"):
            if name in self.files or (name in self.packages and name):
                return name
        return ""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        del path, target
        top, real = fullname.partition(".")[0], self.real(fullname)
        if not real and top not in PLOTTING:
            return None
        if top in PLOTTING and fullname == top and not real:
            self.notes.append(["stub", top, "", 0])
        return importlib.util.spec_from_loader(fullname, self, is_package=real in self.packages)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        real = self.real(spec.name)
        if not real:
            return Stub(spec.name)
        if real == self.main:
            return self.solution
        return importlib.import_module(real) if real != spec.name else types.ModuleType(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        name = self.files.get(module.__name__)
        if name and module is not self.solution and not hasattr(module, "__loaded__"):
            module.__dict__.update(self.given, __loaded__=True)
            exec(compile(self.trees[name], name, "exec"), module.__dict__)

    def sift(self, file: str, sifted: Callable[[ast.Module, str], ast.Module]) -> None:
        """Let a file that nothing has imported yet run only in part."""
        if dotted(file) not in sys.modules:
            self.trees[file] = sifted(self.trees[file], file)


def dotted(file: str) -> str:
    """The name by which a file of the upload is imported."""
    return file.removesuffix(".py").removesuffix(".ipynb").replace("/", ".").removesuffix(".__init__")


def _prefixes(names: Iterable[str]) -> set[str]:
    """Every name and all packages above it."""
    parts = [name.split(".") for name in names]
    return {".".join(part[:size]) for part in parts for size in range(1, len(part) + 1)}


def install(trees: dict[str, ast.Module], main: str, given: dict[str, Any], notes: list[list[Any]]) -> Finder:
    """Ask this finder last: what is really there comes first."""
    finder = Finder(trees, main, given, notes)
    sys.meta_path.append(finder)
    sys.modules["solution"] = finder.solution
    return finder


def uninstall() -> None:
    """Take the finder away again."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, Finder)]
