"""A total in words, step by step: for students and for those who teach them the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from grader.messages import Text
from grader.words import amount
from web.totals.weighing import MOST, Item, Part, Total

DIGITS = 100  # two decimals
GAP = "\u00a0"  # where no line ends

HOW = Text(
    "Within a category points are added up. What is excused falls out. What is not graded yet is left out, but counts "
    "as 0 once it has closed with nothing handed in. A category in which nothing counts yet leaves its weight to the "
    "others. Everything is calculated exactly and rounded to two decimals only where it is shown.",
    "同一类别内按分数相加。免做的题不计入。尚未评分的暂不计入；截止后仍未提交的按 0 分计。"
    "还没有成绩的类别，其权重由其他类别分担。计算过程不取整，只在显示时四舍五入到两位小数。",
)


@dataclass(frozen=True)
class Said:
    """One step: what was done, from which pieces, and what came out."""

    text: Text
    result: str
    pieces: tuple[tuple[Text, tuple[Item, ...]], ...] = ()


def steps(total: Total) -> list[Said]:
    """From the categories to the total."""
    return [*map(_category, total.parts), *_together(total)]


def percent(value: Fraction | None) -> str:
    """`87.5 %`, rounded half up to two decimals; a dash for nothing."""
    return "–" if value is None else f"{number(value)} %"


def number(value: Fraction) -> str:
    """At most two decimals, half up."""
    return fixed(value).rstrip("0").rstrip(".")


def fixed(value: Fraction) -> str:
    """Always two decimals, for columns of numbers."""
    return f"{floor(value * DIGITS + Fraction(1, 2)) / DIGITS:.2f}"


def points(item: Item) -> str:
    """`6/10`; of a bonus `+2`; a dash where nothing counts yet."""
    got = "–" if item.points is None and not item.due else amount(round(item.points or 0.0, 2))
    return f"{got}/{amount(item.out_of)}" if item.out_of else f"+{got}"


def _category(part: Part) -> Said:
    name, weight = part.category.title, amount(part.category.weight)
    head = Text(f"{name.en} (weight {weight})", f"{name.zh}（权重 {weight}）")
    if part.share is None:
        nothing = Text(f"{head.en}: nothing counts yet", f"{head.zh}：还没有计分")
        return Said(nothing, "–", tuple(_pieces(part)))
    got, out_of = number(part.got), number(part.out_of)
    text = Text(f"{head.en}: {got} of {out_of} points", f"{head.zh}：{got} 分，满分 {out_of} 分")
    return Said(text, percent(part.share), tuple(_pieces(part)))


def _pieces(part: Part) -> Iterator[tuple[Text, tuple[Item, ...]]]:
    dropped = _dropped(part.category.drops)
    named: Sequence[tuple[Text, tuple[Item, ...]]] = (
        (Text("counts", "计入"), part.kept),
        (dropped, part.dropped),
        (Text("left out so far", "暂不计入"), part.waiting),
        (Text("excused", "免做"), part.excused),
    )
    yield from ((text, items) for text, items in named if items)


def _dropped(number: int) -> Text:
    lowest = "the lowest" if number == 1 else f"the lowest {number}"
    return Text(f"dropped ({lowest})", f"去掉（最低 {number} 项）")


def _together(total: Total) -> Iterator[Said]:
    if total.uncapped is None:
        return
    terms = " + ".join(f"{number(share)}{GAP}%{GAP}×{GAP}{number(weight)}" for share, weight in total.weighed if weight)
    weight = number(total.weight)
    yield Said(
        Text(f"by weight: ({terms}) ÷ {weight}", f"按权重：({terms}) ÷ {weight}"),
        percent(total.uncapped),
    )
    if total.uncapped > MOST:
        yield Said(Text("a total ends at 100 %", "总评最高为 100%"), percent(total.percent))
