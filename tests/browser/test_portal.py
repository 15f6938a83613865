"""A student's way through the site, in a real browser over the whole service: hand in, wait, read, try again."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.service]

ROOT = Path(__file__).parents[2]
EXERCISE = "/courses/backprop/product_gradient"
SOFTMAX = "/courses/backprop/softmax_derivative"
RIGHT = "def product_backward(x, w, upstream):\n    return w * upstream, x * upstream\n"
WRONG = "def product_backward(x, w, upstream):\n    return x * upstream, w * upstream\n"
BROKEN = "def product_backward(x, w, upstream)\n    return w * upstream, x * upstream\n"
PATIENCE = 30_000  # milliseconds that a verdict may take on a busy machine


def upload(page, name: str, content: str | bytes, exercise: str = EXERCISE) -> None:
    page.goto(exercise)
    data = content.encode() if isinstance(content, str) else content
    page.set_input_files("input[type=file]", {"name": name, "mimeType": "text/x-python", "buffer": data})
    page.get_by_role("button", name=re.compile("^(Hand in|提交)$")).click()


def wait_for_report(page) -> None:
    page.locator("article.report").wait_for(timeout=PATIENCE)


def score(page) -> str:
    wait_for_report(page)
    return " ".join(page.locator("article.report .score").first.inner_text().split())


# Handing in ---------------------------------------------------------------------------------------------


def test_ada_signs_in_reads_an_exercise_and_hands_in_a_right_file(open_page, service):
    page = open_page(base_url=service.url)
    page.goto(EXERCISE)
    assert "/sign-in" in page.url  # and from there back to where she wanted to go
    page.get_by_label("E-mail").fill(service.people["Ada"]["email"])
    page.get_by_label("Password", exact=True).fill(service.people["Ada"]["password"])
    page.locator("main").get_by_role("button", name="Sign in").click()
    assert page.get_by_role("heading", level=1).inner_text() == "The gradient of a product"
    upload(page, "ada.py", RIGHT)
    assert score(page).startswith("6 of 6 points")
    assert page.title().startswith("6 of 6 points · The gradient of a product")


@pytest.mark.parametrize(
    ("code", "points", "words"),
    [(WRONG, "of 6 points", "Which thought went wrong"), (BROKEN, "0 of 6 points", "line 1")],
    ids=["wrong", "broken"],
)
def test_a_report_says_how_much_and_what_went_wrong(visit, code, points, words):
    page = visit()
    upload(page, "mine.py", code)
    assert points in score(page)
    assert words in page.locator("article.report").inner_text()


def test_a_notebook_and_a_zip_are_read_like_files(visit, tmp_path):
    page = visit()
    upload(page, "mine.ipynb", (ROOT / "examples/softmax_notebook.ipynb").read_bytes(), SOFTMAX)
    assert score(page).startswith("10 of 10 points")
    assert "code cell 1" in page.locator("article.report .source").inner_text()
    packed = tmp_path / "mine.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("work/mine.py", RIGHT)
    upload(page, "mine.zip", packed.read_bytes())
    assert score(page).startswith("6 of 6 points")


def test_a_file_dropped_anywhere_on_the_page_is_taken(visit):
    page = visit()
    page.goto(EXERCISE)
    carried = page.evaluate_handle(
        "code => { const all = new DataTransfer(); all.items.add(new File([code], 'dropped.py')); return all; }", RIGHT
    )
    for kind in ("dragenter", "dragover", "drop"):
        page.dispatch_event("h1", kind, {"dataTransfer": carried})
    assert page.locator(".chosen").inner_text() == "dropped.py"
    page.get_by_role("button", name="Hand in", exact=True).click()
    assert score(page).startswith("6 of 6 points")


def test_a_double_click_hands_in_once(visit):
    page = visit()
    page.goto(EXERCISE)
    page.locator("#code").fill(RIGHT)
    page.get_by_role("button", name="Hand in this code").dblclick()
    wait_for_report(page)
    page.goto(EXERCISE)
    assert page.get_by_role("link", name=re.compile("^Attempt")).count() == 1


# The editor ---------------------------------------------------------------------------------------------


def test_the_editor_indents_and_keeps_a_draft(visit):
    page = visit()
    page.goto(EXERCISE)
    editor = page.locator("#code")
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("def product_backward(x, w, upstream):")
    page.keyboard.press("Enter")
    page.keyboard.type("if True:")
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("return w * upstream, x * upstream")
    written = "def product_backward(x, w, upstream):\n    if True:\n    return w * upstream, x * upstream"
    assert editor.input_value() == written
    page.get_by_text("Draft kept in this browser").wait_for()
    page.reload()
    assert editor.input_value() == written
    page.get_by_role("button", name="Start over from the starter").click()
    assert "raise NotImplementedError" in editor.input_value()


def test_an_attempt_can_be_mended_in_the_editor(visit):
    page = visit()
    upload(page, "mine.py", WRONG)
    wait_for_report(page)
    page.get_by_role("link", name="Try again with this code").first.click()
    assert page.locator("#code").input_value() == WRONG
    page.locator("#code").fill(RIGHT)
    page.get_by_role("button", name="Hand in this code").click()
    assert score(page).startswith("6 of 6 points")
    page.get_by_role("link", name="Back to the exercise").first.click()
    assert "6 of 6 points" in page.get_by_role("row", name=re.compile("Attempt 2")).inner_text()
    assert "counts" in page.get_by_role("row", name=re.compile("Attempt 2")).inner_text()


def test_all_of_it_can_be_done_by_keyboard(visit):
    page = visit()
    page.goto("/")
    follow(page, "Backpropagation")
    follow(page, "The gradient of a product")
    reach(page, lambda at: at["id"] == "code")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(RIGHT)
    page.keyboard.press("Tab")  # indents: one is still inside
    assert focus(page)["id"] == "code"
    page.keyboard.press("Backspace")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert focus(page)["text"] == "Hand in this code"
    page.keyboard.press("Enter")
    assert score(page).startswith("6 of 6 points")


def focus(page) -> dict[str, str]:
    return page.evaluate("({ id: document.activeElement.id, text: document.activeElement.innerText.trim() })")


def reach(page, wanted) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        if wanted(focus(page)):
            return
    raise AssertionError("not to be reached by Tab")


def follow(page, text: str) -> None:
    reach(
        page,
        lambda at: at["text"].startswith(text) and page.evaluate("document.activeElement.closest('main') !== null"),
    )
    with page.expect_navigation():
        page.keyboard.press("Enter")


# Waiting ------------------------------------------------------------------------------------------------


def test_one_watches_a_slow_one_check_by_check_and_hears_when_it_is_done(visit):
    page = visit()
    upload(page, "slow.py", "import time\n\n\n" + RIGHT.replace("return", "time.sleep(0.4)\n    return"))
    page.evaluate("window.stillTheSamePage = true")
    page.locator(".waiting").wait_for(timeout=PATIENCE)
    assert page.title().startswith("Being graded")
    page.locator(".waiting", has_text=re.compile("Check [1-4] of 4")).wait_for(timeout=PATIENCE)
    assert score(page).startswith("6 of 6 points")
    assert page.evaluate("window.stillTheSamePage")
    assert page.locator("#announcement").text_content().startswith("6 of 6 points")
    assert page.title().startswith("6 of 6 points")
    assert page.evaluate("document.activeElement.tagName") == "H1"


def test_without_scripts_one_hands_in_waits_and_reads(visit):
    page = visit(java_script_enabled=False)
    upload(page, "slow.py", f"import time\n\ntime.sleep(1)\n{RIGHT}")
    assert score(page).startswith("6 of 6 points")
    page.goto(SOFTMAX)
    assert page.locator("math").count() > 10


def test_the_report_is_read_in_both_languages(visit):
    page = visit()
    upload(page, "mine.py", WRONG)
    wait_for_report(page)
    page.get_by_role("button", name="中文").click()
    assert "错在哪一步思路" in page.locator("article.report").inner_text()
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    page.get_by_role("button", name="English").click()
    assert "Which thought went wrong" in page.locator("article.report").inner_text()


def test_what_was_handed_in_comes_back_as_a_download(visit):
    page = visit()
    notebook = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [{"cell_type": "code", "source": RIGHT, "outputs": []}],
    }
    upload(page, "mine.ipynb", json.dumps(notebook))
    wait_for_report(page)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download what was handed in").first.click()
    assert saved.value.suggested_filename == "product_gradient-1.ipynb"
    assert json.loads(Path(saved.value.path()).read_text())["cells"][0]["source"] == RIGHT
