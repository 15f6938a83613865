"""The whole way: the command as a process, the network, the site, the queue, the box, and back."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cli.bench.running import running, tokens
from tests.cli.conftest import OWN_VALUE, RIGHT

pytestmark = pytest.mark.service
GRADER = Path(sys.executable).with_name("grader")


@pytest.fixture(scope="module")
def service():
    """The address, and a token of a student in the demo course."""
    with running() as (_, address, services):
        yield address, tokens(services)[0]


@pytest.fixture
def submit(service, tmp_path):
    """`grader` in a folder of its own, as a student or a runner starts it."""

    def run(*words, address=service[0], token=service[1]):
        surroundings = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        surroundings |= {"HOME": str(tmp_path), "GRADER_TOKEN": token, "GRADER_SERVICE": f"http://{address}"}
        line = [GRADER, *map(str, words), "--lang", "en"]
        ran = subprocess.run(
            line, cwd=tmp_path, env=surroundings, capture_output=True, text=True, timeout=200, check=False
        )
        assert "Traceback" not in ran.stderr
        return ran.returncode, ran.stdout, ran.stderr

    return run


@contextlib.contextmanager
def unsteady(address: str, cuts: int):
    """A way to the service on which the first answers get lost after the request has arrived."""
    host, port = address.split(":")
    left = [cuts]

    def carry(near: socket.socket) -> None:
        with contextlib.suppress(OSError), near, socket.create_connection((host, int(port)), 20) as far:
            near.settimeout(20)
            far.sendall(_request(near))
            answer = far.recv(1 << 20)
            if left[0]:
                left[0] -= 1
                return
            while answer:
                near.sendall(answer)
                answer = far.recv(1 << 20)

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=carry, args=(listener.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"


def _request(line: socket.socket) -> bytes:
    """Header and body of one request."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += line.recv(1 << 16)
    header, _, body = data.partition(b"\r\n\r\n")
    lengths = [part.partition(b":")[2] for part in header.split(b"\r\n") if part.lower().startswith(b"content-length:")]
    while lengths and len(body) < int(lengths[0]):
        body += line.recv(1 << 16)
    return header + b"\r\n\r\n" + body


def test_a_wrong_solution_comes_back_with_its_misconception_and_a_right_one_with_0(submit, tmp_path):
    (tmp_path / "solution.py").write_text(OWN_VALUE)
    code, out, err = submit("submit", "solution.py", "--wait", "--format", "sarif:found.sarif")
    assert code == 1, err
    assert "Which thought went wrong · M35" in out
    assert json.loads((tmp_path / "found.sarif").read_text())["runs"][0]["results"]
    (tmp_path / "solution.py").write_text(RIGHT)
    code, out, err = submit("submit", "solution.py", "--wait")
    assert (code, "All checks passed" in out) == (0, True), err


def test_answers_that_get_lost_on_the_way_cost_nothing(submit, service, tmp_path):
    (tmp_path / "solution.py").write_text(f"# another attempt\n{RIGHT}")
    with unsteady(service[0], cuts=2) as address:
        code, _, err = submit("submit", "solution.py", "--course", "backprop", "--wait", address=address)
    assert (code, err.count("Trying again")) == (0, 2), err
    number = err.partition("attempt ")[2].split(".")[0]
    code, _, err = submit("submit", "solution.py", "--wait")
    assert (code, f"there already, as attempt {number}" in err) == (0, True), err


def test_a_notebook_and_a_wrong_token(submit, tmp_path):
    cells = [{"cell_type": "code", "source": "import numpy as np"}, {"cell_type": "code", "source": RIGHT}]
    (tmp_path / "solution.ipynb").write_text(json.dumps({"cells": cells, "nbformat": 4}))
    assert submit("submit", "solution.ipynb", "--wait")[0] == 0
    code, out, err = submit("submit", "solution.ipynb", "--wait", token="x" * 43)
    assert (code, out) == (2, "")
    assert "token" in err


def test_ci_checks_here_and_there(submit, tmp_path):
    assert (
        submit("init-repo", "product_gradient", "--source", f"https://github.com/example/chainrule@{'0' * 40}")[0] == 0
    )
    (tmp_path / "solution.py").write_text(RIGHT)
    code, out, err = submit("ci")
    assert (code, "All checks passed" in out) == (0, True), err
