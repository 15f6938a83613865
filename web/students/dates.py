"""Moments in the words of the reader's language and the course's time zone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_skeleton, format_timedelta, get_timezone_name
from flask_babel import get_locale
from markupsafe import Markup

from web.services import services


def zone(name: str) -> ZoneInfo:
    """The time zone of this name; UTC where the machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def moment(when: datetime, zone_name: str) -> Markup:
    """`Fri, Dec 5, 18:00`, with the year where it is another one; the reader's own zone is in a `<time>`."""
    local = when.astimezone(zone(zone_name))
    this_year = local.year == services().clock().astimezone(zone(zone_name)).year
    day = format_skeleton("MMMEd" if this_year else "yMMMEd", local, locale=get_locale())
    time = format_skeleton("Hm", local, locale=get_locale())
    stamp = when.astimezone(UTC).isoformat(timespec="seconds")
    return Markup('<time datetime="{}" title="{}">{} {}</time>').format(stamp, zone_words(zone_name), day, time)


def away(when: datetime) -> str:
    """How far from now: `in 6 days`, `3 hours ago`. A unit is used from two of it on, so 36 hours are not a day."""
    delta = when - services().clock()
    words: str = format_timedelta(delta, threshold=2, add_direction=True, locale=get_locale())
    return words


def zone_words(zone_name: str) -> str:
    """What people call a time zone: `China Standard Time`, and of that one `UTC`."""
    found = zone(zone_name)
    return "UTC" if found.key == "UTC" else str(get_timezone_name(found, width="long", locale=get_locale()))
