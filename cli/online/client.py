"""The service's JSON interface, spoken with urllib: every answer is data, a refusal, or nobody at home.

The token goes to the address it was given for and nowhere else: redirects are not followed, and plain http is for this
machine only.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode, urlsplit

from cli.online import words
from grader.errors import Explained
from grader.messages import Language, Text
from grader.showing import visible_line

LARGEST = 64_000_000  # bytes of an answer
PATIENCE = 40.0  # seconds for one answer: the service itself waits up to 20
LATER = frozenset([408, 425, 429, 500, 502, 503, 504])


class Away(Explained):
    """No answer, or one that says to come again: `text` says why, `after` how many seconds to wait at least."""

    heading = words.OUT_OF_REACH

    def __init__(self, text: Text, after: float = 0.0, *, hopeless: bool = False) -> None:
        super().__init__(text)
        self.after, self.hopeless = after, hopeless


class Declined(Explained):
    """The service understood and refuses. `kind` is the last word of the problem's type, as in no-attempts."""

    def __init__(self, status: int, kind: str, text: Text) -> None:
        super().__init__(text)
        self.status, self.kind = status, kind


class BadAddress(Explained):
    """This cannot be the address of a service; `text` says why."""


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """None: the redirect itself becomes the answer."""
        return


def address(text: str) -> str:
    """The service's address without a slash at its end. Raises BadAddress."""
    shown = visible_line(text, 80)
    try:
        parts = urlsplit(text.strip())
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise BadAddress(words.said(words.NO_ADDRESS, address=shown)) from None
    if parts.scheme not in {"http", "https"} or not host or parts.username or parts.query or parts.fragment:
        raise BadAddress(words.said(words.NO_ADDRESS, address=shown))
    if parts.scheme == "http" and not _is_here(host):
        raise BadAddress(words.said(words.PLAIN_HTTP, address=shown))
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _error_in(content: bytes) -> str:
    """What an OAuth refusal is called; empty where this is none."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return ""
    error = found.get("error") if isinstance(found, dict) else None
    return error if isinstance(error, str) else ""


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


@dataclass(frozen=True)
class Client:
    """A service, and who asks it."""

    service: str
    token: str = field(repr=False)
    language: Language = "en"

    def ask(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """(status, answer) of /api/v1 and `path`. Raises Away and Declined."""
        sent = {
            **({"Authorization": f"Bearer {self.token}"} if self.token else {}),
            "Accept": "application/json",
            "Accept-Language": "zh-CN" if self.language == "zh" else "en",
            "User-Agent": "chainrule",
            **(headers or {}),
        }
        data = None if body is None else json.dumps(body).encode()
        if data is not None:
            sent["Content-Type"] = "application/json"
        request = urllib.request.Request(f"{self.service}/api/v1{path}", data, sent, method=method)  # noqa: S310 - see address
        status, content, retry_after = self._fetch(request)
        return status, self._read(status, content, retry_after)

    def form(self, path: str, fields: Mapping[str, str]) -> dict[str, Any]:
        """The answer to a form, as OAuth has it: what it grants, or its `error`. Raises Away and Declined."""
        kind = "application/x-www-form-urlencoded"
        sent = {"Accept": "application/json", "User-Agent": "chainrule", "Content-Type": kind}
        data = urlencode(fields).encode()
        request = urllib.request.Request(f"{self.service}{path}", data, sent, method="POST")  # noqa: S310 - see address
        status, content, retry_after = self._fetch(request)
        if status == 400 and (refusal := _error_in(content)):
            return {"error": refusal}
        return self._read(status, content, retry_after)

    def _fetch(self, request: urllib.request.Request) -> tuple[int, bytes, str]:
        try:
            with urllib.request.build_opener(_Stay).open(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read(LARGEST), ""
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read(LARGEST), error.headers.get("Retry-After", "")
        except (OSError, UnicodeError, http.client.HTTPException) as error:  # a name that no name can be: UnicodeError
            raise self._no_answer(error) from error

    def _no_answer(self, error: Exception) -> Away:
        """Why nobody answered, in words that say what to look at."""
        cause = error.reason if isinstance(error, urllib.error.URLError) else error
        why, hopeless = words.BROKEN_OFF, False
        if isinstance(cause, ssl.SSLCertVerificationError):
            why, hopeless = words.CERTIFICATE, True
        elif isinstance(cause, socket.gaierror | UnicodeError):
            why = words.NO_NAME
        elif isinstance(cause, TimeoutError):
            why = words.TOO_SLOW
        elif isinstance(cause, ConnectionRefusedError):
            why = words.NOBODY
        elif "407" in str(cause):
            why, hopeless = words.PROXY_SIGN_IN, True
        text = words.said(why, service=self.service, detail=visible_line(str(cause), 120))
        proxy = self._proxy()
        return Away(words.joined(text, words.said(words.PROXY, proxy=proxy)) if proxy else text, hopeless=hopeless)

    def _proxy(self) -> str:
        """The proxy that the request goes through, without the password in it."""
        parts = urlsplit(self.service)
        if urllib.request.proxy_bypass(parts.hostname or ""):
            return ""
        found = urllib.request.getproxies().get(parts.scheme, "")
        return found.rpartition("@")[2].removeprefix("http://").rstrip("/")

    def _read(self, status: int, content: bytes, retry_after: str) -> dict[str, Any]:
        try:
            data = json.loads(content)
        except (ValueError, RecursionError):
            data = None
        if status < 300 and isinstance(data, dict):
            return data
        problem = data if isinstance(data, dict) and isinstance(data.get("detail"), str) else None
        if status in LATER:
            raise Away(self._said(status, problem), float(retry_after) if retry_after.isdigit() else 0.0)
        if problem is None:
            raise Declined(status, "", words.said(words.NOT_OURS, service=self.service, status=str(status)))
        raise Declined(status, str(problem.get("type", "")).rpartition(":")[2], self._said(status, problem))

    def _said(self, status: int, problem: dict[str, Any] | None) -> Text:
        """What the service itself says, which it said in our language; else what the number means."""
        if problem is None:
            return words.said(words.UNWELL, service=self.service, status=str(status))
        detail = visible_line(str(problem["detail"]), 400)
        number = visible_line(str(problem.get("request", "")), 60)
        return (
            Text(f"{detail} ({number})", f"{detail}（{number}）") if status >= 500 and number else Text(detail, detail)
        )
