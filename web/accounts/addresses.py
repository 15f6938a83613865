"""Addresses that a form or a link brings along: nobody is led out of the site by one."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

from web.services import services


def inside(address: str) -> str:
    """The address, where it is a path of this site; else nothing. Browsers take a backslash for a slash."""
    ours = address.startswith("/") and address.isprintable() and "\\" not in address
    return address if ours and not address.startswith("//") and not urlsplit(address).netloc else ""


def whole(path: str) -> str:
    """The address with its host, for links that travel: as the operator gave it, else as the browser called us."""
    return (services().settings.base_url or request.host_url.rstrip("/")) + path
