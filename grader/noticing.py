"""What happened while the files were loaded, and stopped nothing, in words."""

from __future__ import annotations

from collections.abc import Iterator

from grader.calls import Note
from grader.messages import Remark, Text
from grader.sentences import quoted

HAPPENED = {
    "skipped": Text(
        "The top-level code here ({subject}){more} was not run: the functions do not need it.",
        "这里的顶层代码（{subject}）{more}没有运行：函数用不到它。",
    ),
    "ran-loop": Text(
        "The top-level code here ({subject}) was run once under the limits, because the functions need it.",
        "这里的顶层代码（{subject}）在限制之内运行了一次，因为函数用到了它。",
    ),
    "magic": Text("The line “{subject}” was left out: it is not Python.", "这一行“{subject}”已略去：它不是 Python。"),
    "stub": Text(
        "{subject} is not here: plots are not drawn, and do not matter.",
        "这里没有 {subject}：图不会画出来，也不影响评分。",
    ),
    "encoding": Text("The file is encoded in {subject}; UTF-8 is safer.", "文件编码是 {subject}；用 UTF-8 更稳妥。"),
    "gpu": Text("The checks for a GPU were run on one: {subject}.", "与 GPU 有关的检查在 GPU 上运行：{subject}。"),
    "no-cgroup": Text(
        "The limits were held in a weaker way on this machine (see grader doctor).",
        "这台机器上的限制由较弱的手段执行（见 grader doctor）。",
    ),
}


def notes(found: tuple[Note, ...]) -> Iterator[Remark]:
    """A remark for each thing that happened; code that was skipped in several places is told of once."""
    skipped = [note for note in found if note.code == "skipped"]
    for note in found:
        if note.code in HAPPENED and note not in skipped[1:]:
            yield Remark(note.code, _said(note, len(skipped) - 1), note.file, note.line)


def _said(note: Note, others: int) -> Text:
    more = Text("", "")
    if others > 0:
        more = Text(f" and in {others} more place{'s' if others > 1 else ''}", f"以及另外 {others} 处")
    words, subject = HAPPENED[note.code], quoted(note.subject)
    return Text(words.en.format(subject=subject, more=more.en), words.zh.format(subject=subject, more=more.zh))
