"""The code cells of a Jupyter notebook, from strict JSON: no deep nesting, no key twice, no NaN."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from grader.errors import ExplainedHere

DEEPEST = 50  # a notebook with outputs nests about ten levels


class BadNotebook(ExplainedHere):
    """Why this is not a notebook, as the rest of a sentence that begins with the file's name."""


def code_cells(text: str) -> tuple[str, ...]:
    """The source of every code cell, in file order. Raises BadNotebook."""
    notebook = _read_json(text)
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if isinstance(notebook, dict) and "worksheets" in notebook:
        raise BadNotebook(
            "is a notebook of an old format: open it in Jupyter and save it again.",
            "是旧格式的笔记本：请在 Jupyter 中打开并重新保存。",
        )
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise BadNotebook("is JSON, but not a Jupyter notebook.", "是 JSON，但不是 Jupyter 笔记本。")
    return tuple(_source(cell) for cell in cells if cell.get("cell_type") == "code")


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    lines = source if isinstance(source, list) else [source]
    if not all(isinstance(line, str) for line in lines):
        raise BadNotebook("has a code cell without source text.", "里有一个没有源代码的代码单元。")
    text = "".join(lines).replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    if "\0" in text:
        raise BadNotebook("has a code cell that is not text.", "里有一个不是文本的代码单元。")
    return text.encode("utf-8", "replace").decode("utf-8")  # JSON can spell half a character


def _read_json(text: str) -> Any:
    """The JSON value of `text`. The depth is looked at before a parser sees it."""
    _refuse_deep(text)
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        place = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        place_zh = f"（第 {error.lineno} 行）" if isinstance(error, json.JSONDecodeError) else ""
        raise BadNotebook(
            f"is not a notebook: it is not valid JSON{place}.", f"不是笔记本：不是有效的 JSON{place_zh}。"
        ) from error


def _refuse_deep(text: str) -> None:
    depth = 0
    for found in re.finditer(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{]|[\]}]', text, re.DOTALL):
        if found[0] in "[{":
            depth += 1
        elif found[0] in "]}":
            depth -= 1
        if depth > DEEPEST:
            raise BadNotebook("is nested too deeply to be a notebook.", "嵌套太深，不可能是笔记本。")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadNotebook("is not a notebook: a key occurs twice.", "不是笔记本：有重复的键。")
    return found


def _no_constant(name: str) -> NoReturn:
    raise BadNotebook(f"is not a notebook: {name} is no JSON.", f"不是笔记本：{name} 不是 JSON。")
