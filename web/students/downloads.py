"""What was handed in, given back: always as an attachment, under a name of the server's."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import PurePosixPath
from typing import Any

from flask import Response

from grader.calls import File

PYTHON, NOTEBOOK, ZIP = "text/x-python; charset=utf-8", "application/x-ipynb+json", "application/zip"


def attachment(name: str, content: bytes, kind: str) -> Response:
    """A file to be saved, never shown. `name` is ours, in ASCII."""
    answer = Response(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def files(name: str, handed_in: tuple[File, ...]) -> Response:
    """One file as it is, several as a zip; a notebook has its code cells, which is all that was kept of it."""
    if len(handed_in) != 1:
        return attachment(f"{name}.zip", _zip(handed_in), ZIP)
    file = handed_in[0]
    if file.cells:
        return attachment(f"{name}.ipynb", notebook(file), NOTEBOOK)
    return attachment(f"{name}.py", _encoded(file.text), PYTHON)


def notebook(file: File) -> bytes:
    """The code cells of a notebook, as a notebook."""
    lines = file.text.removesuffix("\n").split("\n")
    ends = [*(start - 1 for start in file.cells[1:]), len(lines)]
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": "\n".join(lines[start - 1 : end]),
        }
        for number, (start, end) in enumerate(zip(file.cells, ends, strict=True), start=1)
    ]
    whole = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def _zip(handed_in: tuple[File, ...]) -> bytes:
    """A name that could lead out of the folder into which it is unpacked gives way to a number."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, file in enumerate(handed_in, start=1):
            content = notebook(file) if file.cells else _encoded(file.text)
            archive.writestr(_safe(file.name) or f"file-{number}.py", content)
    return written.getvalue()


def _safe(name: str) -> str:
    path = PurePosixPath(name.replace("\\", "/"))
    safe = name.isprintable() and ":" not in name and not path.is_absolute() and ".." not in path.parts
    return str(path) if safe else ""


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")
