"""Asking hosts that the operator has listed, and nobody else: a name is looked up once, and where it leads is checked.

Redirects go to listed hosts only, private addresses are refused unless listed, and size and time have limits.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urljoin, urlsplit

from web.pushes.hosts import Network

REDIRECTS = 3
MOVED = frozenset([301, 302, 303, 307, 308])
TRANSLATED = tuple(
    map(ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "::ffff:0:0:0/96"))
)
SITE = ip_network("fec0::/10")  # private, as was meant before fc00::/7 was
BLOCK = 1 << 16
BROKEN = (OSError, http.client.HTTPException, UnicodeError, ValueError)

Address = IPv4Address | IPv6Address


class Unfetched(Exception):
    """Nothing came. `again`: whether another try may help."""

    def __init__(self, why: str, *, again: bool) -> None:
        super().__init__(why)
        self.again = again


@dataclass(frozen=True)
class Reach:
    """Who may be asked. bases: `https://host[:port]`, as listed; networks: private ones that they may be in."""

    bases: frozenset[str]
    networks: tuple[Network, ...] = ()
    largest: int = 8_000_000  # bytes
    seconds: float = 20.0  # for all of it
    headers: Mapping[str, str] = field(default_factory=dict)


def fetch(url: str, reach: Reach) -> bytes:
    """What is there. Raises Unfetched."""
    end = time.monotonic() + reach.seconds
    for _ in range(REDIRECTS + 1):
        try:
            status, target, content = _ask(url, reach, end)
        except Unfetched:
            raise
        except BROKEN as error:
            raise Unfetched(f"{type(error).__name__}: {error}"[:200], again=True) from error
        if status == 200:
            return content
        if status not in MOVED:
            raise Unfetched(f"status {status}", again=status in {408, 425, 429} or status >= 500)
        url = urljoin(url, target)
    raise Unfetched("too many redirects", again=False)


def _ask(url: str, reach: Reach, end: float) -> tuple[int, str, bytes]:
    """(status, where it is instead, content)."""
    parts = urlsplit(url)
    base = f"{parts.scheme}://{parts.netloc}"
    if base not in reach.bases or not parts.hostname:
        raise Unfetched("this host is not listed", again=False)
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    with _connection(base, reach, end) as connection:
        connection.request(
            "GET", path, headers={"User-Agent": "chainrule", "Accept-Encoding": "identity", **reach.headers}
        )
        with closing(connection.getresponse()) as answer:
            content = _read(answer, reach.largest, end) if answer.status == 200 else b""
            return answer.status, answer.headers.get("Location", ""), content


@contextmanager
def _connection(base: str, reach: Reach, end: float) -> Iterator[http.client.HTTPConnection]:
    """To the very address that was checked; cut off when time is over, however slowly the other side speaks."""
    parts = urlsplit(base)
    host, tls = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if tls else 80)
    address = _permitted(host, port, reach)
    line = socket.create_connection((str(address), port), max(end - time.monotonic(), 0.01))
    handle = line.dup()  # TLS takes the line's own descriptor away; to shut this one ends both
    guard = threading.Timer(max(end - time.monotonic(), 0.01), _cut, (handle,))
    guard.daemon = True
    guard.start()
    try:
        if tls:
            line = ssl.create_default_context().wrap_socket(line, server_hostname=host)
        connection = http.client.HTTPConnection(parts.netloc, timeout=max(end - time.monotonic(), 0.01))
        connection.sock = line
        yield connection
    finally:
        guard.cancel()
        handle.close()
        line.close()


def _cut(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def _permitted(host: str, port: int, reach: Reach) -> Address:
    """An address of the host that may be connected to. Raises Unfetched."""
    with suppress(ValueError):
        return ip_address(host)  # the operator has written the number itself
    for *_, where in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        address = ip_address(str(where[0]).partition("%")[0])
        if is_permitted(address, reach.networks):
            return address
    raise Unfetched("the name leads to an address that is not public", again=False)


def is_permitted(address: Address, networks: tuple[Network, ...]) -> bool:
    """Whether an address is public, or in a listed network. Those that stand for others are neither."""
    plain = getattr(address, "ipv4_mapped", None) or address
    if any(plain in network for network in networks):
        return True
    return plain.is_global and not plain.is_multicast and not any(plain in network for network in (*TRANSLATED, SITE))


def _read(answer: http.client.HTTPResponse, largest: int, end: float) -> bytes:
    content = b""
    while block := answer.read(BLOCK):
        content += block
        if len(content) > largest:
            raise Unfetched(f"more than {largest} bytes", again=False)
        if time.monotonic() > end:
            raise Unfetched("too slow", again=True)
    if time.monotonic() > end or (answer.length or 0) > 0:
        raise Unfetched("broken off", again=True)
    return content
