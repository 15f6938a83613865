"""`grader up`: everything that the service is made of, started and kept alive by one command."""

from __future__ import annotations

import contextlib
import errno
import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import gunicorn  # type: ignore[import-untyped]  # noqa: F401 - the command says what to install where it is missing

from cli import assembly
from cli.home import ANOTHER, Refused, held, refusals_in, site_settings
from cli.options import language
from cli.service import Plan, parts, reachable
from cli.supervisor import GaveUp, Supervisor
from grader.messages import Language, Text
from grader.places import data_home
from worker.broker import BrokerUnavailable, socket_path
from worker.settings import Settings as WorkerSettings

STARTING = Text("Chainrule starts. Its data are in {home}", "Chainrule 正在启动，数据在 {home}")
OPEN = Text("Open {address}", "请打开 {address}")
SIGN_IN = Text("and sign in with one of", "用以下任一账号登录")
ROLES = {
    "instructor": Text("instructor", "教师"),
    "assistant": Text("assistant", "助教"),
    "student": Text("student", "学生"),
}
END = Text("Ctrl-C stops everything. What the parts say is in {logs}", "按 Ctrl-C 全部停止。各部分的日志在 {logs}")
STOPPED = Text("Stopped.", "已停止。")
BACKLOG = 128
BROWSER = "import signal, sys, webbrowser; signal.pthread_sigmask(signal.SIG_SETMASK, ()); webbrowser.open(sys.argv[1])"


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), help="0 takes a free one. [default: GRADER_PORT, else 8000]")
@click.option("--host", help="The address to listen at. [default: GRADER_HOST, else 127.0.0.1]")
@click.option("--no-demo", is_flag=True, help="Make no course to look around in.")
@click.option("--open", "browse", is_flag=True, help="Open the site in the browser.")
@language
def up(port: int | None, host: str | None, no_demo: bool, browse: bool, language: Language) -> int:
    """Start everything, and keep it running until Ctrl-C.

    GRADER_HOME names the folder for data; DATABASE_URL and REDIS_URL name an outside database and queue.
    """
    surroundings = assembly.surroundings()
    home = data_home(surroundings).absolute()
    with refusals_in(language), held(_short(home)):
        settings = site_settings()
        at = host or settings.host, settings.port if port is None else port
        with listening(*at) as listener:
            say(STARTING(language).format(home=home))
            plan = Plan(home, listener, surroundings, demo=not (no_demo or settings.production))
            shutil.rmtree(plan.metrics, ignore_errors=True)
            plan.metrics.mkdir()
            address = settings.base_url or address_of(listener)

            def greet() -> None:
                say(greeting(home, address, language, demo=plan.demo))
                if browse:
                    _open_browser(address)

            return _run(Supervisor(parts(plan), home / "logs", lambda text: say(text(language)), greet), language)


def _run(supervisor: Supervisor, language: Language) -> int:
    try:
        supervisor.run()
    except GaveUp as error:
        say(f"\n{error.text(language)}\n→ {error.remedy(language)}", err=True)
        return 3
    say(STOPPED(language))
    return 0


def say(words: str, *, err: bool = False) -> None:
    """To the terminal, if it is still there."""
    with contextlib.suppress(OSError):
        click.echo(words, err=err)


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """The site's socket, held here for as long as all runs. Raises Refused."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(BACKLOG)
        except OSError as error:
            raise no_port(host, port, error) from error
        yield listener


def no_port(host: str, port: int, error: OSError) -> Refused:
    """What is said where the site's socket cannot be had."""
    if error.errno == errno.EADDRINUSE:
        text = Text(f"Port {port} is in use by another program", f"端口 {port} 已被其他程序占用")
    else:
        text = Text(
            f"Cannot listen at {host}, port {port}: {error.strerror}",
            f"无法监听 {host} 的端口 {port}：{error.strerror}",
        )
    return Refused(
        text, Text("Choose another port: --port 8001, or 0 for any", "换一个端口：--port 8001，或用 0 任选一个")
    )


def _short(home: Path) -> Path:
    """The same. Raises Refused where the queue's socket could not have a name in it."""
    try:
        socket_path(WorkerSettings(home=home))
    except BrokerUnavailable as error:
        raise Refused(Text(str(error), str(error)), ANOTHER) from error
    return home


def address_of(listener: socket.socket) -> str:
    """Where a browser on this machine finds the site."""
    host, port = reachable(listener)
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _open_browser(address: str) -> None:
    """In a process of its own, which may take its time, and for which signals are not held back as they are here."""
    subprocess.Popen([sys.executable, "-P", "-c", BROWSER, address], stdin=subprocess.DEVNULL, start_new_session=True)


def greeting(home: Path, address: str, language: Language, *, demo: bool) -> str:
    """Where to go, and as whom. web/demo.py keeps its people in a file."""
    lines = ["", OPEN(language).format(address=address)]
    kept = home / "demo.json"
    people = json.loads(kept.read_text(encoding="utf-8")) if demo and kept.exists() else []
    if people:
        lines.append(SIGN_IN(language))
    for one in people:
        role = ROLES[one["role"]](language)
        lines.append(f"  {one['email']:<20} {one['password']:<14} {one['name']}, {role}")
    return "\n".join([*lines, "", END(language).format(logs=home / "logs")])
