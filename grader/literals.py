"""What a call in a source says in words that need not be run: its keywords whose values are literal."""

from __future__ import annotations

import ast
from typing import Any

PLAIN = (ast.Constant, ast.Tuple, ast.List, ast.Load, ast.UnaryOp, ast.USub)


def keywords(call: ast.Call) -> dict[str, Any]:
    """Keyword → value; those that are computed are left out."""
    named = [keyword for keyword in call.keywords if keyword.arg and _is_literal(keyword.value)]
    return {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in named}


def _is_literal(node: ast.expr) -> bool:
    return all(isinstance(part, PLAIN) for part in ast.walk(node))
