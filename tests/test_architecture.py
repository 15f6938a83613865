"""The house rules, measured: who may import whom, how long things are, which words and calls are out of place."""

from __future__ import annotations

import ast
import io
import re
import statistics
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from importlinter import configuration
from importlinter.application import use_cases

ROOT = Path(__file__).parent.parent
PACKAGES = ("grader", "assignments", "worker", "cli", "web")
INSIDE = "worker/sandbox/inside"

SILENT = {getattr(tokenize, kind) for kind in "COMMENT NL NEWLINE INDENT DEDENT ENDMARKER".split()}
MEDIAN, NEARLY_ALL, LONGEST, MODULE, SHEET = 8, 25, 40, 250, 150

BROAD_EXCEPT_ALLOWED = {
    "worker/sandbox/inside/": "a student's program may raise anything",
    "grader/predicting.py": "a known wrong program may raise anything on the way to its prediction",
    "cli/main.py": "the outermost door: whatever comes through is ours, with an exit code of its own",
    "worker/tasks.py": "the outermost door of the service: the site hears of a fault of ours, and the next job is served",
}
VAGUE = ("utils", "helpers", "manager", "handle_", "process_")
THEIR_NAMES = {"process_bind_param", "process_result_value"}  # SQLAlchemy's, for what a type of column overrides
READS_ENVIRONMENT = {"worker/settings.py", "web/settings.py", "cli/assembly.py"}
UNSAFE_MODULES = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "marshal", "shelve"}
UNSAFE_CALLS = {"torch.load", "np.load", "numpy.load", "yaml.load", "eval", "exec", "builtins.eval", "builtins.exec"}


@cache
def parsed() -> dict[str, ast.Module]:
    """Every module of ours that is not a test, by its path from the root."""
    paths = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


@cache
def walked() -> dict[type[ast.AST], list[tuple[str, ast.AST]]]:
    """Every node of every module with its path, by its kind: walked once for all rules."""
    found: dict[type[ast.AST], list[tuple[str, ast.AST]]] = {}
    for path, module in parsed().items():
        for node in ast.walk(module):
            found.setdefault(type(node), []).append((path, node))
    return found


def nodes(*kinds: type[ast.AST]) -> list[tuple[str, ast.AST]]:
    return [place for kind in kinds for place in walked().get(kind, [])]


def at(path: str, node: ast.AST) -> str:
    return f"{path}:{node.lineno}"


def is_exercise(path: str) -> bool:
    return path.startswith("assignments/") and path != "assignments/__init__.py"


# Imports --------------------------------------------------------------------------------------------


def test_layers_and_contracts_hold():
    """cli above worker above assignments above grader; the contracts stand in pyproject.toml."""
    configuration.configure()
    assert use_cases.lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=None, no_logo=True)


def test_every_package_is_under_the_contracts():
    """A new package (web comes) is checked from its first day."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    written = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert set(settings["root_packages"]) == written


def test_the_judge_stands_on_torch_numpy_and_the_standard_library():
    allowed = {"torch", "numpy", "grader", *sys.stdlib_module_names}
    assert [
        f"{path} imports {name}" for path, name in imports() if path.startswith("grader/") and top(name) not in allowed
    ] == []


def test_what_is_mounted_in_the_box_imports_nothing_of_ours():
    """Only the files beside it: inside the box there is nothing else of ours."""
    ours = [f"{path} imports {name}" for path, name in imports() if path.startswith(INSIDE) and top(name) in PACKAGES]
    assert [line for line in ours if "imports worker.sandbox.inside" not in line] == []


def imports() -> Iterator[tuple[str, str]]:
    for path, node in nodes(ast.Import, ast.ImportFrom):
        if isinstance(node, ast.Import):
            yield from ((path, alias.name) for alias in node.names)
        elif node.level == 0:
            yield path, node.module or ""
        else:
            package = path.split("/")[: -node.level]
            yield path, ".".join([*package, node.module or ""])


def top(name: str) -> str:
    return name.partition(".")[0]


# Lengths --------------------------------------------------------------------------------------------


@cache
def function_lengths() -> dict[str, int]:
    """Lines of every function from its `def` to its end; exercises are measured as sheets."""
    return {
        f"{at(path, node)} {node.name}": node.end_lineno - node.lineno + 1
        for path, node in nodes(ast.FunctionDef, ast.AsyncFunctionDef)
        if not is_exercise(path) and "/migrations/" not in path  # one function a migration is Alembic's way
    }


def test_half_of_all_functions_are_at_most_eight_lines():
    assert statistics.median(function_lengths().values()) <= MEDIAN


def test_nineteen_of_twenty_functions_are_at_most_25_lines():
    percentile = statistics.quantiles(function_lengths().values(), n=20)[-1]
    long = {name: lines for name, lines in function_lengths().items() if lines > NEARLY_ALL}
    assert percentile <= NEARLY_ALL, long


def test_no_function_is_longer_than_40_lines():
    assert {name: lines for name, lines in function_lengths().items() if lines > LONGEST} == {}


def test_no_module_is_longer_than_250_lines():
    assert {path: lines for path, lines in module_lengths() if lines > MODULE and not is_exercise(path)} == {}


def test_no_exercise_has_more_than_150_lines_of_code():
    """Statement, hints and titles may be as long as they must: only code is counted, module by module."""
    lengths = {path: lines_of_code((ROOT / path).read_text(encoding="utf-8")) for path in parsed() if is_exercise(path)}
    assert {path: lines for path, lines in lengths.items() if lines > SHEET} == {}


def test_docstrings_comments_and_blank_lines_are_no_code():
    text = '"""Says.\n\nMore."""\n\n# why\n\ndef f(a,\n      b):\n    """Is."""\n    return """a\n    # b""", [  # c\n        a]\n'
    assert lines_of_code(text) == 5


def module_lengths() -> Iterator[tuple[str, int]]:
    for path in parsed():
        yield path, len((ROOT / path).read_text(encoding="utf-8").splitlines())


def lines_of_code(source: str) -> int:
    """Lines that are neither blank nor comment nor docstring."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    written = {line for token in tokens if token.type not in SILENT for line in range(token.start[0], token.end[0] + 1)}
    return len(written - {line for node in ast.walk(ast.parse(source)) for line in docstring_lines(node)})


def docstring_lines(node: ast.AST) -> range:
    documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    if not documented or ast.get_docstring(node) is None:
        return range(0)
    return range(node.body[0].lineno, node.body[0].end_lineno + 1)


# Words ----------------------------------------------------------------------------------------------


def test_nothing_has_a_vague_name():
    named = [(path, path) for path in parsed()]
    named += [(at(path, node), node.name) for path, node in nodes(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)]
    assert [
        f"{place} {name}"
        for place, name in named
        if any(word in name.lower() for word in VAGUE) and name not in THEIR_NAMES
    ] == []


# Failures -------------------------------------------------------------------------------------------


def test_broad_excepts_stand_in_four_places_at_most_and_say_why():
    """Whatever a program may raise is data where student or wrong code runs, and ours at the outermost doors."""
    broad = [at(path, node) for path, node in nodes(ast.ExceptHandler) if is_broad(node) and not raises(node)]
    assert [place for place in broad if not place.startswith(tuple(BROAD_EXCEPT_ALLOWED))] == []
    assert [place for place in broad if not has_reason(place)] == []


def test_what_an_exception_says_to_people_is_kept_by_one_base():
    """grader/errors.py; each had its own copy of it."""
    own = [
        f"{at(path, node)} {node.name}"
        for path, node in nodes(ast.ClassDef)
        if {ast.unparse(base) for base in node.bases} & {"Exception", "ValueError", "LookupError"}
        and "self.text = " in ast.unparse(node).replace("self.text, ", "self.text = ")
    ]
    assert [line for line in own if not line.startswith("grader/errors.py")] == []


def is_broad(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or ast.unparse(kind) in {"Exception", "BaseException"} for kind in caught)


def raises(handler: ast.ExceptHandler) -> bool:
    """One that raises again catches nothing."""
    return isinstance(handler.body[-1], ast.Raise)


def has_reason(place: str) -> bool:
    path, _, line = place.rpartition(":")
    text = (ROOT / path).read_text(encoding="utf-8").splitlines()[int(line) - 1]
    return bool(re.search(r"#\s*(noqa: [A-Z0-9, ]+)?\W*\w+ \w+", text))


# Calls ----------------------------------------------------------------------------------------------


def test_the_environment_is_read_in_settings_only():
    """What a process does depends on one frozen Settings, not on variables read here and there."""
    reads = [(path, node) for path, node in nodes(ast.Attribute) if ast.unparse(node) in {"os.environ", "os.getenv"}]
    reads += [(path, node) for path, node in nodes(ast.ImportFrom) if node.module == "os" and imports_environment(node)]
    assert [at(path, node) for path, node in reads if path not in READS_ENVIRONMENT and INSIDE not in path] == []


def imports_environment(node: ast.ImportFrom) -> bool:
    return any(alias.name in {"environ", "getenv"} for alias in node.names)


def test_every_setting_of_site_and_worker_is_described_and_nothing_else_is():
    read = [
        node.value
        for path, node in nodes(ast.Constant)
        if path in {"worker/settings.py", "web/settings.py", "grader/places.py"} and isinstance(node.value, str)
    ]
    names = {text for text in read if re.fullmatch(r"[A-Z]+(_[A-Z]+)+", text)} - {"FLASK_DEBUG", "XDG_DATA_HOME"}
    described = (ROOT / "docs/settings.md").read_text(encoding="utf-8").split("What `./run` itself reads")[0]
    assert set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)`", described)) == names


def test_nothing_unpickles():
    assert [f"{path} imports {name}" for path, name in imports() if top(name) in UNSAFE_MODULES] == []


def test_nothing_executes_data_outside_the_box():
    """exec is what the box is for, and stands there only; torch.load and its like stand nowhere."""
    calls = [(path, node, ast.unparse(node.func)) for path, node in nodes(ast.Call)]
    unsafe = [(path, node, name) for path, node, name in calls if name in UNSAFE_CALLS]
    assert [
        f"{at(path, node)} {name}"
        for path, node, name in unsafe
        if not (name in {"exec", "builtins.exec"} and path.startswith(INSIDE))
    ] == []


@pytest.mark.parametrize("package", [name for name in PACKAGES if (ROOT / name).is_dir()])
def test_every_module_says_what_it_is(package):
    """A docstring of a few lines opens every module."""
    silent = [path for path, module in parsed().items() if path.startswith(f"{package}/") and module.body]
    assert [path for path in silent if not ast.get_docstring(parsed()[path])] == []
