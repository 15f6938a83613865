"""Parsing for threads: two trees made at once end now and then in a SystemError of Python's own (seen with 3.11.7)."""

from __future__ import annotations

import ast
import threading

_alone = threading.Lock()


def parse(source: str) -> ast.Module:
    """The tree of a module. Raises what `ast.parse` raises."""
    with _alone:
        return ast.parse(source)
