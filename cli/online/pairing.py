"""Signing in with a browser (RFC 8628): the service gives a code, its person confirms it there; we ask until then."""

from __future__ import annotations

import re
import sys
import time
import webbrowser
from collections.abc import Mapping
from dataclasses import dataclass

import click

from cli.online import words
from cli.online.client import Away, Client, Declined
from grader.errors import Explained

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
CLIENT = "chainrule"
SLOWER = 5  # seconds more, for good, when the service says slow_down
CODE = re.compile(r"[A-Z0-9-]{4,20}")
DESKTOPS = ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME")


class NotPaired(Explained):
    """No token came of it; `text` says why."""


@dataclass(frozen=True)
class Offer:
    """What the service gave. secret: ours; code and page: the person's; seconds: how long, and between questions."""

    secret: str
    code: str
    page: str
    life: float
    interval: float


def begin(client: Client, machine: str) -> Offer:
    """Ask for a code. Raises Away, and NotPaired where the service is one that cannot do this."""
    try:
        said = client.form("/device/code", {"client_id": CLIENT, "name": machine})
        secret, code = str(said["device_code"]), str(said["user_code"])
        page = f"{client.service}/device?code={code}"  # our own service's: nobody is sent to where an answer points
        offer = Offer(secret, code, page, float(said["expires_in"]), float(said.get("interval", 5)))
    except (KeyError, TypeError, ValueError, Declined) as error:
        raise NotPaired(words.said(words.NO_PAIRING, service=client.service)) from error
    if not CODE.fullmatch(offer.code):
        raise NotPaired(words.said(words.NO_PAIRING, service=client.service))
    return offer


def wait(client: Client, offer: Offer) -> str:
    """The token, when its person has confirmed. Raises NotPaired, and Away where the service stays away."""
    end, interval = now() + min(offer.life, 1800), max(offer.interval, 1)
    while True:
        pause(interval)
        if now() > end:
            raise NotPaired(words.TOO_LATE)
        try:
            said = client.form("/device/token", {"grant_type": GRANT, "device_code": offer.secret})
        except Away as away:
            if away.hopeless or now() + interval > end:
                raise
            interval = max(min(2 * interval, 60), away.after)  # as the RFC has it: less often while nobody answers
            continue
        if "access_token" in said:
            return str(said["access_token"])
        error = said.get("error")
        if error == "slow_down":
            interval += SLOWER
        elif error != "authorization_pending":
            raise NotPaired(words.REFUSED if error == "access_denied" else words.TOO_LATE)


def open_browser(page: str, surroundings: Mapping[str, str]) -> bool:
    """Whether a browser was opened: only beside this terminal, and never one within it."""
    desktop = sys.platform in {"darwin", "win32"} or any(surroundings.get(name) for name in DESKTOPS)
    if not desktop or surroundings.get("CI") or surroundings.get("SSH_CONNECTION") or not sys.stdout.isatty():
        return False
    try:
        return webbrowser.open(page)
    except (webbrowser.Error, OSError):
        return False


def tell(offer: Offer, client: Client, *, opened: bool) -> None:
    """The address and the code, on lines of their own."""
    click.echo((words.OPENED if opened else words.OPEN)(client.language))
    click.echo(f"\n    {offer.page}\n")
    click.echo(words.COMPARE(client.language).format(code=offer.code, minutes=f"{offer.life / 60:.0f}"))


def pause(seconds: float) -> None:
    """Between two questions."""
    time.sleep(seconds)


def now() -> float:
    """Seconds of a clock that nobody sets."""
    return time.monotonic()
