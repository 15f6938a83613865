"""`grader login`, `logout` and `whoami`: a token that is pasted once, tried, and kept where only its owner can read."""

from __future__ import annotations

import getpass
import sys

import click

from cli import assembly
from cli.online import words
from cli.online.asking import SERVICE, TOKEN, plainly, service_of, signed_in
from cli.online.client import Client
from cli.online.tokens import keep, kept, path
from cli.options import language, usage
from grader.messages import Language
from grader.showing import visible_line


@click.command()
@SERVICE
@language
def login(service: str | None, language: Language) -> int:
    """Keep a token of yours for a service. It is asked for, or read from stdin where that is no terminal."""
    with plainly(language):
        where = service_of(service, language)
        token = _asked(where, language)
        who = Client(where, token, language).ask("GET", "/whoami")[1]
    keep(assembly.config_home(), where, token)
    _tell(where, who, language)
    click.echo(words.KEPT(language).format(path=path(assembly.config_home())))
    return 0


@click.command()
@SERVICE
@language
def logout(service: str | None, language: Language) -> int:
    """Forget the token for a service."""
    with plainly(language):
        where = service_of(service, language)
    known = where in kept(assembly.config_home())
    if known:
        keep(assembly.config_home(), where, None)
    click.echo((words.FORGOTTEN if known else words.NOTHING_KEPT)(language).format(service=where))
    return 0


@click.command()
@SERVICE
@language
def whoami(service: str | None, language: Language) -> int:
    """Whose token this is, and what it is good for."""
    with plainly(language):
        client = signed_in(service_of(service, language), language)
        _tell(client.service, client.ask("GET", "/whoami")[1], language)
    return 0


def _asked(service: str, language: Language) -> str:
    """The token, which no terminal shows and no list of processes holds."""
    question = words.ASK_TOKEN(language).format(service=service)
    given = getpass.getpass(question) if sys.stdin.isatty() else sys.stdin.readline()
    if not TOKEN.fullmatch(given.strip()):
        usage(words.BAD_TOKEN, language)
    return given.strip()


def _tell(service: str, who: dict[str, object], language: Language) -> None:
    said = {name: visible_line(str(who.get(name) or words.ANY(language))) for name in ("course", "exercise")}
    scopes = who.get("scopes")
    listed = ", ".join(map(str, scopes)) if isinstance(scopes, list) else ""
    name, email = (visible_line(str(who.get(key, ""))) for key in ("name", "email"))
    click.echo(words.SIGNED_IN(language).format(service=service, name=name, email=email))
    click.echo(words.SCOPES(language).format(scopes=visible_line(listed), **said))
