"""Whom a bar stands for: the words of an address, and the students that they choose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from grader.messages import Text
from web.database.base import Counts
from web.overview.exercises import Group, meaning
from web.overview.reading import Student
from web.overview.statistics import FULL, LONGER, Attempt, Story, Stuck, bin_of, shows, stuck, wait_of

SHOWS: dict[str, Text] = {
    "submitted": Text("Handed something in", "已提交"),
    "passed": Text("Passed", "已通过"),
    "trying": Text("Begun, not passed", "已开始，未通过"),
    "not-begun": Text("Not begun", "未开始"),
    "stuck": Text("Stuck", "卡住"),
    "ours": Text("Not graded, our fault", "因我们的故障未评分"),
}
WAITS = (
    Text("at the first attempt", "第一次就通过"),
    Text("up to 15 minutes", "15 分钟以内"),
    Text("up to 1 hour", "1 小时以内"),
    Text("up to 4 hours", "4 小时以内"),
    Text("up to 1 day", "1 天以内"),
    Text("up to 3 days", "3 天以内"),
    Text("longer", "更久"),
)
ANY, NOW = 0, -1  # instead of the number of an attempt


@dataclass(frozen=True)
class Choice:
    """What an address asks for; one of these, and a group. attempt: for a code, ANY, NOW or a number."""

    show: str = ""
    score: int | None = None
    wait: int | None = None
    check: str = ""
    of: str = "last"
    got: str = "failed"
    code: str = ""
    attempt: int = ANY
    group: str = ""

    @classmethod
    def of_words(cls, words: Mapping[str, str]) -> Choice:
        """From an address; what makes no sense is left out."""
        return cls(
            show=words.get("show", "") if words.get("show") in SHOWS else "",
            score=_number(words.get("score", ""), FULL),
            wait=_number(words.get("wait", ""), LONGER),
            check=words.get("check", "")[:100],
            of="first" if words.get("of") == "first" else "last",
            got="passed" if words.get("got") == "passed" else "failed",
            code=words.get("code", "")[:10],
            attempt=NOW if words.get("attempt") == "now" else _number(words.get("attempt", ""), 99) or ANY,
            group=words.get("group", "")[:100],
        )

    @property
    def words(self) -> dict[str, str]:
        """As it stands in an address."""
        usual = Choice()
        if self.attempt == NOW:
            return replace(self, attempt=ANY).words | {"attempt": "now"}
        return {name: str(value) for name, value in vars(self).items() if value != getattr(usual, name)}


@dataclass(frozen=True)
class Line:
    """One student in the list. marked: the attempt that put them here, None where there is none."""

    student: Student
    story: Story | None
    score: float | None
    marked: Attempt | None
    stuck: Stuck | None


def chosen(found: Group, choice: Choice) -> list[Line]:
    """In the order of names."""
    told = {story.user_id: story for story in found.stories}
    counts: Counts = found.assignment.course.counts
    if choice.show == "not-begun":
        return [Line(found.members[number], None, None, None, None) for number in found.not_begun]
    lines = []
    for number, student in found.members.items():
        story = told.get(number)
        marked = _mark(choice, story, counts) if story else None
        if story and marked:
            lines.append(Line(student, story, story.score(counts), marked, stuck(story)))
    return lines


def _mark(choice: Choice, story: Story, counts: Counts) -> Attempt | None:
    """The attempt for which somebody is chosen; None for whoever is not."""
    if choice.score is not None:
        score = story.score(counts)
        best = next((one for one in story.graded if one.share == score), None)
        return best if score is not None and bin_of(score) == choice.score else None
    if choice.wait is not None:
        return story.first_pass if wait_of(story) == choice.wait else None
    if choice.check:
        return _by_check(choice, story)
    if choice.code:
        return _by_code(choice, story)
    return _BY_SHOW[choice.show or "submitted"](story)


def _by_check(choice: Choice, story: Story) -> Attempt | None:
    attempt = story.at(1) if choice.of == "first" else story.last
    verdicts = [passed for name, passed in (attempt.verdicts or () if attempt else ()) if name == choice.check]
    return attempt if verdicts and (verdicts[0] is True) == (choice.got == "passed") else None


def _by_code(choice: Choice, story: Story) -> Attempt | None:
    if choice.attempt == ANY:
        return next((one for one in story.graded if choice.code in (one.codes or ())), None)
    if choice.attempt == NOW:
        return story.last if story.last and choice.code in (story.last.codes or ()) else None
    return story.at(choice.attempt) if shows(story, choice.code, choice.attempt) else None


_BY_SHOW: dict[str, Callable[[Story], Attempt | None]] = {
    "submitted": lambda story: story.attempts[-1],
    "passed": lambda story: story.first_pass,
    "trying": lambda story: None if story.first_pass else story.attempts[-1],
    "stuck": lambda story: story.last if stuck(story) else None,
    "ours": lambda story: next((one for one in story.attempts if one.state == "ours"), None),
}


def title(choice: Choice, check_titles: Mapping[str, Text]) -> Text:
    """What those who are listed have in common."""
    if choice.score is not None:
        return score_title(choice.score)
    if choice.wait is not None:
        wait = WAITS[choice.wait]
        return Text(f"Time to the first pass: {wait.en}", f"首次通过所用时间：{wait.zh}")
    if choice.check:
        return _check_title(choice, check_titles.get(choice.check, Text(choice.check, choice.check)))
    if choice.code:
        return _code_title(choice)
    return SHOWS[choice.show or "submitted"]


def score_title(place: int) -> Text:
    """The scores of one bin."""
    if place == FULL:
        return Text("All points", "满分")
    return Text(
        f"{place * 10} % to under {place * 10 + 10} % of the points", f"得分率 {place * 10}% 至不足 {place * 10 + 10}%"
    )


def _check_title(choice: Choice, check: Text) -> Text:
    en = f"{'Passed' if choice.got == 'passed' else 'Did not pass'} in the {choice.of} attempt: {check.en}"
    which = "第一次提交" if choice.of == "first" else "最后一次提交"
    return Text(en, f"{which}{'通过' if choice.got == 'passed' else '未通过'}：{check.zh}")


def _code_title(choice: Choice) -> Text:
    said = meaning(choice.code)
    when = {ANY: Text("in any attempt", "任意一次提交"), NOW: Text("in the last attempt", "最后一次提交")}
    at = when.get(choice.attempt, Text(f"after attempt {choice.attempt}", f"第 {choice.attempt} 次提交后"))
    return Text(f"{choice.code}, {at.en}: {said.en}", f"{choice.code}，{at.zh}：{said.zh}")


def _number(text: str, most: int) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 and int(text) <= most else None
