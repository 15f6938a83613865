"""The hosts of repositories and the issuers of CI's identities that an operator lists. Nobody else is ever asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Literal, cast
from urllib.parse import urlsplit

Kind = Literal["github", "gitlab", "gitea"]
Network = IPv4Network | IPv6Network
KINDS = ("github", "gitlab", "gitea")
KNOWN: dict[str, Kind] = {"github.com": "github", "gitlab.com": "gitlab", "codeberg.org": "gitea"}
ACTIONS = "https://token.actions.githubusercontent.com"
ENTERPRISE = "/_services/token"  # of GitHub's own server: below its address
ADDRESS = re.compile(r"https?://[a-z0-9.\-\[\]:]+(/[\w.~/-]*)?")


@dataclass(frozen=True)
class Host:
    """Where repositories lie. base: its address, without a slash at the end."""

    kind: Kind
    base: str

    @property
    def name(self) -> str:
        """As it stands in the address of a repository."""
        return urlsplit(self.base).netloc

    def commit_page(self, name: str, commit: str) -> str:
        """Where people see a commit of the repository `name`."""
        return f"{self.base}/{name}/{'-/' if self.kind == 'gitlab' else ''}commit/{commit}"

    def archive(self, name: str, commit: str) -> str:
        """Where a commit's files can be fetched as a zip."""
        if self.base == "https://github.com":
            return f"https://codeload.github.com/{name}/zip/{commit}"
        if self.kind == "gitlab":
            return f"{self.base}/{name}/-/archive/{commit}/{commit}.zip"
        return f"{self.base}/{name}/archive/{commit}.zip"


@dataclass(frozen=True)
class Issuer:
    """Who says which repository a run of CI belongs to. host: of these repositories."""

    kind: Literal["github", "gitlab"]
    url: str
    host: str

    @property
    def base(self) -> str:
        """The address of the host, which issues below itself or, GitHub, elsewhere."""
        return f"{urlsplit(self.url).scheme}://{self.host}"


def hosts_of(text: str) -> tuple[Host, ...]:
    """From `github.com, gitlab=https://git.example.edu`. Raises ValueError with what is wrong."""
    return tuple(_host(entry) for entry in _entries(text))


def issuers_of(text: str) -> tuple[Issuer, ...]:
    """From addresses, each with `github=` or `gitlab=` before it where it does not tell. Raises ValueError."""
    return tuple(_issuer(entry) for entry in _entries(text))


def networks_of(text: str) -> tuple[Network, ...]:
    """From `10.1.0.0/16, fd00::/8`. Raises ValueError."""
    return tuple(ip_network(entry) for entry in _entries(text))


def _entries(text: str) -> list[str]:
    return [entry for entry in re.split(r"[\s,]+", text.strip()) if entry]


def _host(entry: str) -> Host:
    if entry in KNOWN:
        return Host(KNOWN[entry], f"https://{entry}")
    kind, _, address = entry.partition("=")
    if kind not in KINDS:
        raise ValueError(f"{entry[:60]!r} needs its kind before it, as in gitlab=https://git.example.edu")
    return Host(cast("Kind", kind), _address(address))


def _issuer(entry: str) -> Issuer:
    kind, _, address = entry.rpartition("=")
    address = _address(address)
    if not kind:
        kind = "github" if address == ACTIONS or address.endswith(ENTERPRISE) else "gitlab"
    if kind not in {"github", "gitlab"}:
        raise ValueError(f"{entry[:60]!r}: only github= and gitlab= can be told apart by their claims")
    host = "github.com" if address == ACTIONS else urlsplit(address).netloc
    return Issuer(cast("Literal['github', 'gitlab']", kind), address, host)


def _address(text: str) -> str:
    """HTTPS; plain HTTP only to this machine, written as a number."""
    address = text.rstrip("/")
    if not ADDRESS.fullmatch(address):
        raise ValueError(f"{text[:60]!r} must be an address in small letters such as https://git.example.edu")
    parts = urlsplit(address)
    if parts.scheme == "http" and not _loopback(parts.hostname or ""):
        raise ValueError(f"{text[:60]!r} must begin with https://")
    return address


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
