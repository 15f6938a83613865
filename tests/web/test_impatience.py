"""One who sends slowly, or never hangs up, keeps nobody else from the site: over a real gunicorn."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

import pytest

from web.impatience import SECONDS_WHEN_FULL, ImpatientWorker

pytestmark = pytest.mark.service

THREADS = 4
APP = """
def app(environ, begin):
    body = environ["wsgi.input"].read()
    begin("200 OK", [("Content-Length", str(len(str(len(body)))))])
    return [str(len(body)).encode()]
"""


@pytest.fixture
def port(tmp_path):
    """Of a server with a few threads, which says how long the body was."""
    (tmp_path / "echo.py").write_text(APP, encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        worker = f"{ImpatientWorker.__module__}.{ImpatientWorker.__name__}"
        words = ("--worker-class", worker, "--threads", str(THREADS), "--no-control-socket")
        bound = ("--bind", f"fd://{listener.fileno()}", "--chdir", str(tmp_path), "echo:app")
        line = [sys.executable, "-m", "gunicorn", *words, *bound]
        with subprocess.Popen(line, pass_fds=(listener.fileno(),), stderr=subprocess.DEVNULL) as server:
            try:
                yield listener.getsockname()[1]
            finally:
                server.send_signal(signal.SIGTERM)
                server.wait(20)


def ask(port: int, body: bytes = b"", patience: float = 20.0) -> str:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=patience)) as line:
        line.request("POST", "/", body)
        return line.getresponse().read().decode()


@contextmanager
def saying(port: int, words: bytes, number: int) -> Iterator[None]:
    """Several say this, and no more, and stay."""
    with ExitStack() as stack:
        for _ in range(number):
            stack.enter_context(socket.create_connection(("127.0.0.1", port))).sendall(words)
        time.sleep(0.2)
        yield


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf", id="body"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\nX-", id="head"),
    ],
)
def test_half_requests_take_the_threads_for_seconds_only(port, words):
    assert ask(port) == "0"
    with saying(port, words, THREADS):
        began = time.monotonic()
        assert ask(port, b"whole") == "5"
        assert time.monotonic() - began < SECONDS_WHEN_FULL + 4


def test_those_who_do_not_hang_up_hold_up_nobody(port):
    """gunicorn's main loop waits two seconds for each of them by itself."""
    assert ask(port) == "0"
    with saying(port, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 2 * THREADS):
        began = time.monotonic()
        assert ask(port) == "0"
        assert time.monotonic() - began < 1.5


def test_a_large_body_in_pieces_arrives_whole(port):
    assert ask(port) == "0"
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2000000\r\n\r\n")
        for _ in range(20):
            line.sendall(b"x" * 100_000)
            time.sleep(0.05)
        assert b"".join(iter(lambda: line.recv(1000), b"")).endswith(b"2000000")
