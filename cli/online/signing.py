"""`grader login`, `logout` and `whoami`: a token that the browser lets us have, tried, and kept for its owner alone."""

from __future__ import annotations

import getpass
import sys

import click

from cli import assembly
from cli.online import pairing, words
from cli.online.asking import SERVICE, TOKEN, plainly, service_of, signed_in
from cli.online.client import Away, Client, Declined
from cli.online.tokens import keep, kept, path
from cli.options import language, usage, waiting
from grader.messages import Language, Text
from grader.showing import visible_line


@click.command()
@click.option("--token", metavar="-", help="`-`: paste a token, or read it from stdin, instead of using the browser.")
@click.option("--no-browser", is_flag=True, help="Open none: only print the address.")
@SERVICE
@language
def login(token: str | None, no_browser: bool, service: str | None, language: Language) -> int:
    """Sign in at a service: a page in your browser asks whether this terminal may work in your name."""
    if token not in {None, "-"}:
        usage(words.ONLY_STDIN, language)
    with plainly(language):
        where = service_of(service, language)
        given = _pasted(where, language) if token else _paired(where, language, browser=not no_browser)
        who = Client(where, given, language).ask("GET", "/whoami")[1]
    ring = keep(assembly.config_home(), where, given)
    _tell(where, who, language)
    kept_where = words.IN_KEYRING if ring else words.KEPT
    click.echo(kept_where(language).format(ring=ring, path=path(assembly.config_home())))
    return 0


@click.command()
@SERVICE
@language
def logout(service: str | None, language: Language) -> int:
    """Forget the token for a service, and revoke it there where the service can be reached."""
    with plainly(language):
        where = service_of(service, language)
    token = kept(assembly.config_home()).get(where)
    if token is None:
        click.echo(words.NOTHING_KEPT(language).format(service=where))
        return 0
    why = _revoke(Client(where, "", language), token)
    keep(assembly.config_home(), where, None)
    said = words.FORGOTTEN if why else words.REVOKED
    click.echo(said(language).format(service=where, why=why(language).rstrip(".。") if why else ""))
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


def _paired(service: str, language: Language, *, browser: bool) -> str:
    """The token that a person lets us have. What does not come of it is said, and ends the command."""
    client = Client(service, "", language)
    try:
        offer = pairing.begin(client, assembly.machine())
        pairing.tell(offer, client, opened=browser and pairing.open_browser(offer.page, assembly.surroundings()))
        with waiting(words.CONFIRMING(language)):
            return pairing.wait(client, offer)
    except pairing.NotPaired as error:
        raise click.ClickException(error.text(language)) from error


def _revoke(client: Client, token: str) -> Text | None:
    """None where it is done, else why not: a token can be forgotten without a network."""
    try:
        client.form("/device/revoke", {"token": token})
    except (Away, Declined) as error:
        return error.text
    return None


def _pasted(service: str, language: Language) -> str:
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
