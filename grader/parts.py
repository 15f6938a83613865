"""Which files an exercise consists of, and the hash of them by which its edition is called. Nothing is executed."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

Imported = Callable[[Path, str], tuple[tuple[int, str], ...]]  # what a file with this text imports


@dataclass(frozen=True)
class Whole:
    """All that an edition is. sources: file → text; by_name: modules beside it that it does not import relatively."""

    sources: dict[Path, str]
    home: Path
    by_name: tuple[str, ...]

    @property
    def edition(self) -> str:
        """The hash of a module's text; of several files also what each is called and where it begins."""
        alone = len(self.sources) == 1
        named = self.sources.items()
        text = "".join(text if alone else f"\0{path.relative_to(self.home)}\0{text}" for path, text in named)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def files(self) -> tuple[str, ...]:
        """Relative to the folder of exercises, with slashes."""
        return tuple(path.relative_to(self.home).as_posix() for path in self.sources)


def name_of(path: Path) -> str:
    """What the exercise in a module, or in the package with this `__init__.py`, is called."""
    return path.parent.name if is_package(path) else path.stem


def home_of(path: Path) -> Path:
    """The folder of exercises that a module or a package's `__init__.py` stands in."""
    return path.parent.parent if is_package(path) else path.parent


def is_package(path: Path) -> bool:
    """Whether an exercise begins in this file as a package."""
    return path.name == "__init__.py"


def modules_of(path: Path) -> list[Path]:
    """The module, or all modules of the package; the one with the statement first."""
    return [path, *sorted(set(path.parent.glob("*.py")) - {path})] if is_package(path) else [path]


def whole(path: Path, sources: dict[Path, str], options: dict[str, Any], imported: Imported) -> Whole:
    """An exercise's modules, those beside it that they import, at first or at second hand, and its pace."""
    home = home_of(path)
    found, by_name, waiting = dict(sources), set[str](), list(sources)
    while waiting:
        part = waiting.pop(0)
        depth = len(part.relative_to(home).parts)
        for dots, name in imported(part, found[part]):
            beside = _beside(name, home) if dots in {0, depth} else []
            by_name |= {name_of(beside[0])} if beside and not dots else set()
            new = [shared for shared in beside if shared not in found]
            found |= {shared: shared.read_text(encoding="utf-8") for shared in new}
            waiting += new
    return Whole(found | _pace(path, options), home, tuple(sorted(by_name)))


def pace_of(path: Path, options: dict[str, Any]) -> Path | None:
    """The right program whose times are shown, where one is named that lies below the exercise's folder."""
    named = options.get("pace")
    pure = PurePosixPath(named) if isinstance(named, str) and named else PurePosixPath("..")
    sound = not pure.is_absolute() and ".." not in pure.parts and pure.suffix == ".py"
    return path.parent / pure if sound else None


def imports_of(module: ast.Module) -> Iterator[tuple[int, str]]:
    """(leading dots, dotted name) of each, wherever it stands."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from ((0, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = f"{node.module}." if node.module else ""
            yield from ((node.level, start + alias.name) for alias in node.names)


def _pace(path: Path, options: dict[str, Any]) -> dict[Path, str]:
    pace = pace_of(path, options)
    return {pace: pace.read_text(encoding="utf-8")} if pace and pace.is_file() else {}


def _beside(name: str, home: Path) -> list[Path]:
    """The modules of `home` that importing a dotted name reads; none where it lives elsewhere."""
    first = name.removeprefix(f"{home.name}.").partition(".")[0]
    candidates = (home / f"{first}.py", home / first / "__init__.py")
    return next((modules_of(path) for path in candidates if first and path.is_file()), [])
