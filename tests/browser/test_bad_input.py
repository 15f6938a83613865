"""What goes wrong at the door: each time a clear page, nothing lost, nothing counted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.browser.test_portal import EXERCISE, PATIENCE, RIGHT, score, upload, wait_for_report

pytestmark = [pytest.mark.browser, pytest.mark.service]

WRITTEN = "# two hours of work\n"


def main_text(page) -> str:
    return " ".join(page.locator("main").inner_text().split())


def attempts(page, exercise: str = EXERCISE) -> int:
    page.goto(exercise)
    return page.locator("tbody tr").count()


def forgiven(page) -> None:
    """The browser complains of an answer that says no; that it does is the point of these tests."""
    page.complaints[:] = [line for line in page.complaints if "Failed to load resource" not in line]


# The file -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_file_of_another_kind_is_refused_by_name(visit, scripts):
    page = visit(java_script_enabled=scripts)
    upload(page, "essay.docx", "text")
    if scripts:
        assert page.locator(".chosen").inner_text() == "Only .py, .ipynb and .zip files can be handed in."
    else:
        assert "essay.docx is neither a .py nor an .ipynb" in main_text(page)
        assert page.title().startswith("Not handed in: ")
    assert attempts(page) == 0
    forgiven(page)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_file_that_is_too_large_is_refused_with_the_limit(visit, scripts):
    page = visit(java_script_enabled=scripts)
    upload(page, "large.py", "#" * 5_000_000)
    said = page.locator(".chosen").inner_text() if scripts else main_text(page)
    assert "2 MB" in said
    assert attempts(page) == 0
    forgiven(page)


def test_an_empty_editor_is_told_what_to_do(visit):
    page = visit()
    page.goto(EXERCISE)
    page.locator("#code").fill("")
    page.get_by_role("button", name="Hand in this code").click()
    assert "No file was chosen, and the editor is empty." in main_text(page)
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    assert attempts(page) == 0
    forgiven(page)


def test_no_file_is_noticed_by_the_browser_itself(visit):
    page = visit()
    page.goto(EXERCISE)
    page.get_by_role("button", name="Hand in", exact=True).click()
    assert page.evaluate("document.querySelector('input[type=file]').matches(':invalid')")
    assert attempts(page) == 0


# The terms ----------------------------------------------------------------------------------------------


def test_a_deadline_that_passes_while_one_writes_takes_nothing_away(visit, service):
    page = visit()
    page.goto(EXERCISE)
    page.locator("#code").fill(WRITTEN)
    with service.terms("product_gradient", deadline=service.services.clock() - timedelta(seconds=1)):
        page.get_by_role("button", name="Hand in this code").click()
        assert "The deadline has passed, so nothing more can be handed in." in main_text(page)
        assert page.locator("textarea.code").input_value() == WRITTEN
        assert page.locator("input[type=file]").count() == 0
    forgiven(page)


def test_when_all_attempts_are_used_the_best_stays(visit, service):
    page = visit()
    with service.terms("product_gradient", attempts=1):
        upload(page, "mine.py", RIGHT)
        wait_for_report(page)
        page.goto(EXERCISE)
        assert "The one attempt is used. Your best result stays as it is." in main_text(page)
        assert "0 of 1 left" in main_text(page)
        assert "6 of 6 points" in main_text(page)


# The session --------------------------------------------------------------------------------------------


def test_a_session_that_ended_keeps_what_was_written(visit, service):
    page = visit()
    page.goto(EXERCISE)
    page.locator("#code").fill(WRITTEN)
    service.end_session(page.visitor)
    page.get_by_role("button", name="Hand in this code").click()
    page.get_by_label("Password", exact=True).wait_for()
    assert attempts_after_signing_in_again(page, service) == 0
    assert page.locator("#code").input_value() == WRITTEN  # the draft in this browser
    forgiven(page)


def attempts_after_signing_in_again(page, service) -> int:
    page.context.add_cookies([{"name": "chainrule", "value": service.signed_in(page.visitor.id), "url": service.url}])
    return attempts(page)


def test_who_waits_when_the_session_ends_is_led_to_sign_in_and_back(visit, service):
    page = visit()
    upload(page, "slow.py", f"import time\n\ntime.sleep(2)\n{RIGHT}")
    page.locator(".waiting").wait_for()
    service.end_session(page.visitor)
    page.wait_for_url("**/sign-in?next=/submissions/**", timeout=PATIENCE)
    assert page.get_by_label("Password", exact=True).count() == 1


def test_a_lost_token_takes_nothing_and_loses_nothing(visit):
    page = visit()
    page.goto(EXERCISE)
    page.locator("#code").fill(RIGHT)
    page.evaluate("document.querySelectorAll('[name=csrf_token]').forEach(field => { field.value = 'lost'; })")
    page.get_by_role("button", name="Hand in this code").click()
    assert "nothing was handed in" in main_text(page)
    assert page.locator("#code").input_value() == RIGHT
    page.get_by_role("button", name="Hand in this code").click()
    assert score(page).startswith("6 of 6 points")
    forgiven(page)


def test_somebody_elses_submission_is_not_there(visit):
    ada, ben = visit(), visit()
    upload(ada, "mine.py", RIGHT)
    wait_for_report(ada)
    answer = ben.goto(ada.url)
    assert answer.status == 404
    forgiven(ben)


# The queue ----------------------------------------------------------------------------------------------


def test_what_is_handed_in_while_the_queue_is_away_is_graded_when_it_is_back(visit, service):
    page = visit()
    with service.queue_away():
        upload(page, "mine.py", RIGHT)
        page.get_by_text("Your work is accepted and saved.").wait_for(timeout=PATIENCE)
        page.locator(".waiting", has_text="The graders cannot be reached at the moment").wait_for(timeout=PATIENCE)
    assert score(page).startswith("6 of 6 points")
