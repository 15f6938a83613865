"""A run of CI without a secret: its identity, signed by GitHub or GitLab, is exchanged for a token of the service."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cli.online import words
from cli.online.client import Away, Client, Declined

EVENTS = frozenset(["push", "workflow_dispatch"])  # a pull request may come from anybody, and proves nothing
SOURCES = frozenset(["push", "web"])
SECONDS = 20.0
UNPROVEN = "repository-unproven"


@dataclass(frozen=True)
class Runner(Client):
    """Who asks in a run's own name. link, course: as chainrule.toml says; surroundings: the runner's variables."""

    link: str = ""
    course: str = ""
    surroundings: Mapping[str, str] | None = None

    def ask(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """As `Client.ask`: the token is had when it is first needed, and anew when it has run out."""
        if not self.token:
            self._exchange()
            return super().ask(method, path, body, headers)
        try:
            return super().ask(method, path, body, headers)
        except Declined as error:
            if error.status != 401:
                raise
        self._exchange()
        return super().ask(method, path, body, headers)

    def _exchange(self) -> None:
        """Raises Away and Declined."""
        sent = {"identity": identity(self.surroundings or {}, self), "link": self.link, "course": self.course}
        known = {name: value for name, value in sent.items() if value}
        given = Client(self.service, "", self.language).ask("POST", "/ci/token", known)[1]
        object.__setattr__(self, "token", str(given.get("token", "")))


def has_identity(surroundings: Mapping[str, str]) -> bool:
    """Whether this is a run for a push to a branch, that may say who it is."""
    if surroundings.get("ACTIONS_ID_TOKEN_REQUEST_URL") and surroundings.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN"):
        pushed = surroundings.get("GITHUB_EVENT_NAME") in EVENTS
        return pushed and surroundings.get("GITHUB_REF", "").startswith("refs/heads/")
    branch = surroundings.get("CI_COMMIT_BRANCH") and surroundings.get("CI_PIPELINE_SOURCE") in SOURCES
    return bool(surroundings.get("GRADER_ID_TOKEN") and branch)


def identity(surroundings: Mapping[str, str], client: Client) -> str:
    """What the runner's host signs for this service. Raises Away."""
    if surroundings.get("GRADER_ID_TOKEN"):
        return surroundings["GRADER_ID_TOKEN"]
    where = surroundings["ACTIONS_ID_TOKEN_REQUEST_URL"]
    address = f"{where}{'&' if '?' in where else '?'}audience={urllib.parse.quote(client.service, safe='')}"
    sent = {"Authorization": f"Bearer {surroundings['ACTIONS_ID_TOKEN_REQUEST_TOKEN']}", "User-Agent": "chainrule"}
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=sent), timeout=SECONDS) as answer:  # noqa: S310 - the runner's own
            return str(json.loads(answer.read(100_000))["value"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Away(words.said(words.NO_IDENTITY, detail=type(error).__name__)) from error
