"""The terms of an exercise in words, as students read them: what time adds and takes, and how often one may try."""

from __future__ import annotations

from datetime import datetime, timedelta

from grader.words import amount
from web.languages import t
from web.students.dates import moment
from web.terms import Terms, worth


def told(terms: Terms, zone: str, now: datetime) -> list[str]:
    """Everything that holds, one thing after the other."""
    lines = [
        t("a draft: students do not see it", "草稿：学生看不到") if terms.draft else "",
        opening(terms, zone, now),
        deadline(terms, zone),
        early(terms, zone, now),
        late(terms, zone),
        attempts(terms),
        hidden(terms, zone),
    ]
    return [line for line in lines if line]


def opening(terms: Terms, zone: str, now: datetime) -> str:
    """Empty where it is open."""
    if terms.opens_at is None or terms.opens_at <= now:
        return ""
    return t(f"opens {_when(terms.opens_at, zone)}", f"{_when(terms.opens_at, zone)} 开放")


def deadline(terms: Terms, zone: str) -> str:
    """Until when work is on time."""
    if terms.deadline is None:
        return t("no deadline", "没有截止时间")
    return t(f"due {_when(terms.deadline, zone)}", f"{_when(terms.deadline, zone)} 截止")


def early(terms: Terms, zone: str, now: datetime) -> str:
    """What comes to early work; empty where nothing does, or no more."""
    if terms.early_until is None or not terms.credit.early_percent or now > terms.early_until:
        return ""
    percent, when = amount(terms.credit.early_percent), _when(terms.early_until, zone)
    return t(f"early: +{percent} % until {when}", f"{when} 前提交：+{percent}%")


def late(terms: Terms, zone: str) -> str:
    """What late work costs and until when it is taken in; empty where there is no deadline."""
    if terms.deadline is None or terms.closes_at is None:
        return ""
    credit, until = terms.credit, _when(terms.closes_at, zone)
    if not credit.late_days:
        return t("late work is not taken in", "不接受迟交")
    days = t("1 day" if credit.late_days == 1 else f"{credit.late_days} days", f"{credit.late_days} 天")
    if not credit.late_percent:
        return t(f"late: nothing lost for {days}, until {until}", f"迟交 {days}以内不扣分，至 {until}")
    percent = amount(credit.late_percent)
    return t(f"late: −{percent} % a day, {days}, until {until}", f"迟交：每天 −{percent}%，最多 {days}，至 {until}")


def late_now(terms: Terms, now: datetime) -> str:
    """What work costs that is handed in now, late; empty where it would not be late."""
    if terms.deadline is None or now <= terms.deadline or terms.closed(now):
        return ""
    percent = 100 - worth(terms, 100.0, 100.0, now).points
    if not percent:
        return t("late, but nothing is lost if handed in now", "已迟交，现在提交不扣分")
    return t(f"late: −{amount(percent)} % if handed in now", f"迟交：现在提交 −{amount(percent)}%")


def attempts(terms: Terms) -> str:
    """How many, and whether they come back."""
    if terms.attempts is None:
        return t("any number of attempts", "提交次数不限")
    number = t("1 attempt" if terms.attempts == 1 else f"{terms.attempts} attempts", f"可提交 {terms.attempts} 次")
    back = coming_back(terms)
    return t(f"{number}, {back}", f"{number}，{back}") if back else number


def coming_back(terms: Terms) -> str:
    """After how long a used attempt comes back; empty where none does."""
    if terms.attempts is None or terms.every is None:
        return ""
    hours = int(terms.every / timedelta(hours=1))
    unit = "1 hour" if hours == 1 else f"{hours} hours"
    which = "it" if terms.attempts == 1 else "each"
    return t(f"{which} comes back after {unit}", f"每次用掉后 {hours} 小时恢复")


def hidden(terms: Terms, zone: str) -> str:
    """Whether and when checks with hidden inputs are shown."""
    if terms.shows_hidden == "always":
        return t("hidden checks are shown at once", "隐藏检查立即公开")
    if terms.shown_from is None:
        return t("hidden checks are never shown", "隐藏检查不公开")
    when = _when(terms.shown_from, zone)
    return t(f"hidden checks are shown from {when} on", f"隐藏检查从 {when} 起公开")


def _when(when: datetime, zone: str) -> str:
    return moment(when, zone).striptags()
