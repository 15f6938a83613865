"""What a form brings, as the source of a submission: files, or text from the page's editor."""

from __future__ import annotations

from flask import Request
from werkzeug.datastructures import FileStorage

from grader.files import LARGEST, Source, Unreadable, read_bytes

EDITOR = "solution.py"  # what text from the editor is called


def source_of(request: Request) -> Source:
    """Raises Unreadable, whose text says why and what to do."""
    files = [file for file in request.files.getlist("file") if file.filename]
    text = request.form.get("code", "")
    if files:
        return read_bytes(tuple((_name(file), file.stream.read(LARGEST + 1)) for file in files))
    if text.strip():
        return read_bytes(((EDITOR, text.replace("\r\n", "\n").encode("utf-8", "surrogatepass")),))
    raise Unreadable(
        "No file was chosen, and the editor is empty. Choose a .py, .ipynb or .zip file.",
        "没有选择文件，编辑器里也没有内容。请选择 .py、.ipynb 或 .zip 文件。",
    )


def _name(file: FileStorage) -> str:
    """Only the last part: some browsers send a path."""
    return (file.filename or "").replace("\\", "/").rpartition("/")[2][:200]
