"""A regrade in words: how far it is, what it would change, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from markupsafe import Markup

from grader import words
from grader.errors import ExerciseError
from grader.messages import Text
from grader.reading import Sheet
from grader.showing import visible
from grader.words import amount
from web.database.base import RegradeState
from web.formulas import formulas
from web.languages import say, t
from web.regrading.difference import Difference, Kind, Line, Passed, Turn
from web.regrading.progress import Progress

STATES: dict[RegradeState, tuple[str, str, Text]] = {  # a kind of chip, a shape and a word
    "running": ("waiting", "…", Text("running", "进行中")),
    "ready": ("plain", "◐", Text("to be decided", "待决定")),
    "published": ("passed", "✓", Text("published", "已发布")),
    "discarded": ("not-run", "○", Text("thrown away", "已放弃")),
}
KINDS: dict[Kind, tuple[str, str, Text]] = {
    "lose": ("failed", "▼", Text("loses", "减分")),
    "gain": ("passed", "▲", Text("gains", "加分")),
    "same": ("plain", "=", Text("stays", "不变")),
    "ours": ("plain", "!", Text("not graded: stays", "未能评分：不变")),
    "renewed": ("plain", "!", Text("graded anew: stays", "已另行评分：不变")),
    "waiting": ("waiting", "…", Text("being graded", "评分中")),
}


SOON = 6.0  # seconds until somebody has fed the first


@dataclass(frozen=True)
class Telling:
    """sheet: None where the exercise has left the folder; then checks go by their names."""

    sheet: Sheet | None

    def check(self, name: str) -> Markup:
        """What a check is called."""
        try:
            return formulas(say(self.sheet.text("check", name))) if self.sheet else Markup("{}").format(visible(name))
        except ExerciseError:
            return Markup("{}").format(visible(name))  # one of an older edition

    def turn(self, turn: Turn) -> tuple[Markup, tuple[str, str, str], tuple[str, str, str]]:
        """The check, and (kind, shape, word) of its verdict before and after."""
        return self.check(turn.check), _look(turn.before), _look(turn.after)

    def codes(self, line: Line) -> Iterator[str]:
        """The misconceptions that are named only now, or no more."""
        for code in line.came:
            yield t(f"{code} is named now", f"现在指出 {code}")
        for code in line.went:
            yield t(f"{code} is named no more", f"不再指出 {code}")

    def rest(self, line: Line) -> str:
        """Why points are others although no check turned; empty where that is not so."""
        if line.rescaled and line.after:
            before, after = amount(line.before.out_of), amount(line.after.out_of)
            return t(f"worth {after} points now, {before} before", f"满分由 {before} 分变为 {after} 分")
        if line.by and not line.turns:
            known = line.before.checks and line.after and line.after.checks
            return t("checks give other points", "检查的分值有变化") if known else t("see the reports", "见两份报告")
        return ""


def summary(found: Difference, *, published: bool = False) -> str:
    """Like `214 stay, 12 gain, 3 lose; the largest loss is 2 points (Ada, attempt 3)`."""
    if published:
        en = f"{found.stay} stayed, {found.gain} gained, {found.lose} lost"
    else:
        en = f"{found.stay} stay, {found.gain} gain, {found.lose} lose"
    zh = f"{found.stay} 份不变，{found.gain} 份加分，{found.lose} 份减分"
    loss = found.largest_loss
    if loss is None:
        return t(f"{en}.", f"{zh}。")
    by, who = amount(-loss.by), visible(loss.student)
    points = "1 point" if by == "1" else f"{by} points"
    return t(
        f"{en}; the largest loss {'was' if published else 'is'} {points} ({who}, attempt {loss.number}).",
        f"{zh}；减分最多的是 {who} 的第 {loss.number} 次提交（{by} 分）。",
    )


def effects(found: Difference, *, published: bool = False) -> str:
    """What it does to the scores that count."""
    up, down = sum(one.by > 0 for one in found.effects), sum(one.by < 0 for one in found.effects)
    if not found.effects:
        return t("No student’s score for the exercise changes.", "没有学生的本题成绩发生变化。")
    rise, fall = ("rose", "fell") if published else (_verb(up, "rise"), _verb(down, "fall"))
    told = "Their students were told." if published else "Their students are told when it is published."
    return t(
        f"Of the scores that count, {up or 'none'} {rise} and {down or 'none'} {fall}. {told}",
        f"最终计入的成绩：{up} 名学生上升，{down} 名学生下降。{'已通知他们。' if published else '发布时会通知他们。'}",
    )


def _verb(number: int, verb: str) -> str:
    return verb if number > 1 else f"{verb}s"


def far(progress: Progress) -> str:
    """`312 of 1000 graded`, and what could not be."""
    en, zh = f"{progress.done} of {progress.of} graded", f"已评 {progress.done} 份，共 {progress.of} 份"
    if progress.ours:
        return t(
            f"{en}, {progress.ours} of them could not be: a fault of ours",
            f"{zh}（其中 {progress.ours} 份因我们的故障未能评分）",
        )
    return t(en, zh)


def pace(progress: Progress) -> str:
    """How fast it goes, and why where it does not."""
    if progress.before:
        noun = "regrade is" if progress.before == 1 else "regrades are"
        return t(f"{progress.before} {noun} before this one.", f"前面还有 {progress.before} 次重新评分。")
    parts = []
    if progress.students:
        who = "1 student waits and goes" if progress.students == 1 else f"{progress.students} students wait and go"
        parts.append(t(f"{who} first.", f"有 {progress.students} 份学生提交在等待，优先评分。"))
    if progress.seconds is None and progress.age < SOON:
        parts.append(t("It begins in a moment.", "即将开始。"))
    elif progress.seconds is None and not progress.students:
        parts.append(t("Nothing was graded in the last half minute.", "最近半分钟没有评出新结果。"))
    elif progress.seconds and progress.left:
        parts.append(_rate(progress.rate, progress.seconds))
    return t(" ".join(parts), "".join(parts))


def _rate(rate: float, seconds: float) -> str:
    minutes = ceil(seconds / 60)
    left = (
        t("less than a minute", "不到 1 分钟") if minutes == 1 else t(f"about {minutes} minutes", f"约 {minutes} 分钟")
    )
    if rate >= 1:
        return t(f"{rate:.0f} a second, {left} left.", f"每秒 {rate:.0f} 份，还需{left}。")
    return t(f"{rate * 60:.0f} a minute, {left} left.", f"每分钟 {rate * 60:.0f} 份，还需{left}。")


def _look(passed: Passed) -> tuple[str, str, str]:
    kind, shape, word = words.verdict(passed)
    return kind, shape, say(word)
