"""Two people who have the same page open: each changes what they changed, and undoes nothing of the other's."""

from __future__ import annotations

import html
import re

import pytest

from tests.web.setup.conftest import PRODUCT, SETUP, assignment, at, course, mistakes, words

DATES = f"{SETUP}/dates"


def form_of(answer) -> dict[str, str]:
    """The fields of the page's own form, as a browser would send them back unchanged."""
    forms = re.findall(r"<form.*?</form>", answer.get_data(as_text=True), re.DOTALL)
    form = next(one for one in forms if "was-" in one)
    tags = [dict(re.findall(r'([\w-]+)="([^"]*)"', tag)) for tag in re.findall(r"<input[^>]*>", form)]
    fields = {tag["name"]: html.unescape(tag.get("value", "")) for tag in tags}
    for name, options in re.findall(r'<select[^>]* name="(\w+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        fields[name] = html.unescape(chosen[1])
    return fields


@pytest.fixture
def pages(grace):
    """Each as it was opened before anything was changed."""
    return {page: form_of(grace.browser.get(page)) for page in (SETUP, DATES, PRODUCT)}


def test_dates_of_another_exercise_that_were_changed_meanwhile_stay(site, grace, pages):
    first, second = (f"deadline-{one.id}" for one in course(site).assignments[:2])
    for field, date in ((first, "2026-12-01T12:00"), (second, "2026-12-02T12:00")):
        assert grace.browser.post(DATES, data=pages[DATES] | {"act": "save", field: date}).status_code == 303
    assert [one.deadline for one in course(site).assignments[:2]] == [at("2026-12-01T12:00"), at("2026-12-02T12:00")]


def test_terms_that_were_changed_meanwhile_stay(site, grace, pages):
    grace.browser.post(PRODUCT, data=pages[PRODUCT] | {"limit": "limited", "attempts": "3"})
    grace.browser.post(DATES, data=pages[DATES] | {f"opens_at-{assignment(site).id}": "2026-11-22T12:00"})
    grace.browser.post(PRODUCT, data=pages[PRODUCT] | {"shows_hidden": "never"})
    row = assignment(site)
    assert (row.attempts, row.opens_at, row.shows_hidden) == (3, at("2026-11-22T12:00"), "never")


def test_rules_of_the_course_that_were_changed_meanwhile_stay(site, grace, pages):
    grace.browser.post(SETUP, data=pages[SETUP] | {"late_percent": "10", "late_days": "2"})
    grace.browser.post(SETUP, data=pages[SETUP] | {"counts": "last"})
    found = course(site)
    assert (found.counts, found.credit["late_percent"]) == ("last", 10.0)


def test_a_form_that_has_to_be_mended_shows_what_is_set_by_now_and_keeps_what_was_typed(site, grace, pages):
    grace.browser.post(PRODUCT, data=pages[PRODUCT] | {"limit": "limited", "attempts": "3"})
    answer = grace.browser.post(PRODUCT, data=pages[PRODUCT] | {"deadline": "never", "shows_hidden": "always"})
    assert mistakes(answer) == {"deadline"}
    again = form_of(answer)
    assert (again["attempts"], again["shows_hidden"], again["deadline"]) == ("3", "always", "never")
    grace.browser.post(PRODUCT, data=again | {"deadline": "2026-12-24T12:00"})
    row = assignment(site)
    assert (row.attempts, row.shows_hidden, row.deadline) == (3, "always", at("2026-12-24T12:00"))


def test_a_form_that_is_sent_back_as_it_came_changes_nothing(grace, pages):
    for page, form in pages.items():
        answer = grace.browser.post(page, data=form | ({"act": "save"} if page == DATES else {}))
        assert "Nothing was changed." in words(grace.browser.get(answer.location))
