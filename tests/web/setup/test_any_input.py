"""Whatever is typed or brought: a time means what it shows, and a file is read or refused in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from web.courses import zones
from web.setup.local_times import NoSuchTime, field, typed
from web.setup.roster.reading import read_roster
from web.tabular import BadTable

BEGIN, MINUTES = datetime(2001, 1, 1, tzinfo=UTC), 60 * 24 * 365 * 60
CLOCKS = st.integers(0, MINUTES).map(lambda minutes: f"{BEGIN + timedelta(minutes=minutes):%Y-%m-%dT%H:%M}")
ZONES = st.sampled_from("UTC Europe/Berlin America/Santiago Australia/Lord_Howe Asia/Shanghai Africa/Cairo".split())


def outcome(asked, *words, **more):
    """(what comes back, None) or (None, the text of the refusal)."""
    try:
        return asked(*words, **more), None
    except (NoSuchTime, BadTable) as refusal:
        return None, refusal.text


@given(text=CLOCKS, name=ZONES, later=st.booleans())
@example(text="2027-03-28T02:30", name="Europe/Berlin", later=False)
@example(text="2027-10-31T02:30", name="Europe/Berlin", later=True)
def test_a_time_that_is_taken_is_shown_again_as_it_was_typed(text, name, later):
    zone = ZoneInfo(name)
    moment, refusal = outcome(typed, text, zone, later=later)
    if refusal:  # it names a time that exists
        text = refusal.en.rpartition("Take ")[2][:16].replace(" ", "T")
        moment = typed(text, zone)
    assert field(moment, zone) == text


@given(st.text(max_size=30))
@example("2026-12-04T18:00:00+08:00")
@example("0000-00-00T00:00")
def test_any_other_text_is_refused_in_words(text):
    moment, refusal = outcome(typed, text, ZoneInfo("UTC"))
    assert moment or (refusal.en and refusal.zh)


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"email,name,role,group\n{text}".encode()))
@example(b'email\n"')
@example("邮箱\n\ufeff".encode("gbk", "ignore"))
@example(b"email\n\xff\xfe\x00")
def test_any_file_is_read_or_refused_in_words(content):
    roster, refusal = outcome(read_roster, content)
    if refusal:
        assert refusal.en
        assert refusal.zh
    elif not roster.mistakes:
        emails = [line.email for line in roster.lines]
        assert len(set(emails)) == len(emails)
        assert all(email.isprintable() and "@" in email for email in emails)


@pytest.mark.parametrize("name", ["UTC", "Asia/Shanghai", "America/Argentina/Buenos_Aires"])
def test_a_zone_that_is_offered_is_known(name):
    assert name in zones()
    assert ZoneInfo(name)
