"""Times as people type them: in the course's zone, to the minute, as browsers' fields for date and time write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from grader.errors import Explained
from grader.messages import Text

FIELD = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,3})?)?")
EARLIEST, LATEST = 2000, 2100  # years: what lies outside is a slip of the keyboard


class NoSuchTime(Explained, ValueError):
    """What was typed is no time; `text` says why and what to do."""


def typed(text: str, zone: ZoneInfo, *, later: bool = False) -> datetime:
    """The moment that `2026-12-04T18:00` means there. Raises NoSuchTime.

    later: of an hour that happens twice, when clocks go back, the second is meant; else the first.
    """
    try:
        local = datetime.fromisoformat(text) if FIELD.fullmatch(text) else None
    except ValueError:
        local = None
    if local is None or not EARLIEST <= local.year < LATEST:
        zh = "请填写日期和时间，例如 2026-12-04 18:00。"
        raise NoSuchTime(Text("Write a date and a time, such as 2026-12-04 18:00.", zh))
    return moment_of(local, zone, later=later)


def moment_of(local: datetime, zone: ZoneInfo, *, later: bool = False) -> datetime:
    """The moment at which clocks there show this. Raises NoSuchTime where they jump over it."""
    moment = local.replace(tzinfo=zone, fold=int(later)).astimezone(UTC)
    shown_there = moment.astimezone(zone).replace(tzinfo=None, fold=0)
    if shown_there != local.replace(fold=0):
        raise NoSuchTime(_skipped(local, zone))
    return moment


def field(when: datetime | None, zone: ZoneInfo) -> str:
    """As such a field is filled; empty for none."""
    return when.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if when else ""


def _skipped(local: datetime, zone: ZoneInfo) -> Text:
    after = local.replace(tzinfo=zone, fold=0).astimezone(UTC).astimezone(zone)
    day, time, next_time = f"{local:%Y-%m-%d}", f"{local:%H:%M}", f"{after:%Y-%m-%d %H:%M}"
    return Text(
        f"There is no {time} on {day} in {zone.key}: the clocks are put forward then. Take {next_time}, for instance.",
        f"{zone.key} 在 {day} 没有 {time}：当时时钟拨快。可以改用 {next_time}。",
    )
