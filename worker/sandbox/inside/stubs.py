"""Stands in for what is not here and does not matter (plots), and lets the files of one upload import each other."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types
from collections.abc import Iterator, MutableSequence, Sequence
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
    """Finds the other files of the upload, and stubs for plotting libraries."""

    def __init__(self, files: dict[str, str], notes: list[list[Any]]) -> None:
        self.files = {name.removesuffix(".py").replace("/", "."): (name, text) for name, text in files.items()}
        self.notes = notes

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        del path, target
        top = fullname.partition(".")[0]
        if fullname not in self.files and top not in PLOTTING:
            return None
        if top in PLOTTING and fullname == top:
            self.notes.append(["stub", top, "", 0])
        return importlib.util.spec_from_loader(fullname, self)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return types.ModuleType(spec.name) if spec.name in self.files else Stub(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        if module.__name__ in self.files:
            name, text = self.files[module.__name__]
            exec(compile(text, name, "exec"), module.__dict__)


def install(files: dict[str, str], notes: list[list[Any]]) -> None:
    """Ask this finder last: what is really there comes first."""
    sys.meta_path.append(Finder(files, notes))


def uninstall() -> None:
    """Take the finder away again."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, Finder)]
