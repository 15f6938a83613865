"""Which service, with which token; and what is said where it does not answer or refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import click

from cli import assembly
from cli.online import words
from cli.online.client import BadAddress, Client, Declined, address
from cli.online.tokens import kept
from cli.options import usage
from cli.project import find_project
from grader.messages import Language

TOKEN = re.compile(r"[\x21-\x7e]{8,200}")
SERVICE = click.option(
    "--service", metavar="URL", help="The service. [default: chainrule.toml's, or the one signed in at]"
)


@contextmanager
def plainly(language: Language) -> Iterator[None]:
    """A refusal is said in words and ends the command with 2; a service that is away is a fault of ours: 3."""
    try:
        yield
    except BadAddress as error:
        usage(error.text, language)
    except Declined as error:
        raise click.ClickException(error.text(language)) from error


def service_of(given: str | None, language: Language) -> str:
    """The address given, else GRADER_SERVICE's, the project's, or the only one with a token. Raises BadAddress."""
    project = find_project(language)
    named = given or assembly.service_named() or (project.service if project else "")
    if named:
        return address(named)
    known = list(kept(assembly.config_home()))
    if len(known) != 1:
        usage(words.NO_SERVICE, language)
    return address(known[0])


def token_for(service: str, language: Language) -> str:
    """GRADER_TOKEN, as CI has it; else the one kept here; empty where there is none."""
    token = assembly.token_given() or kept(assembly.config_home()).get(service, "")
    if token and not TOKEN.fullmatch(token):
        usage(words.BAD_TOKEN, language)
    return token


def signed_in(service: str, language: Language) -> Client:
    """A client with a token, else a usage error."""
    token = token_for(service, language)
    if not token:
        usage(words.said(words.NO_TOKEN, service=service, grader=assembly.command_name()), language)
    return Client(service, token, language)
