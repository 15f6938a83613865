"""From the click on "hand in" until the score stands on the page, in a real browser."""

from __future__ import annotations

import time
from typing import Any

from cli.bench.candidates import EXERCISE
from web.demo import SLUG


def on_page(browser: str, address: str, who: tuple[str, str], text: str, runs: int) -> list[float]:
    """Seconds of each run. browser: the path of a chromium; who: e-mail and password."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        try:
            page = started.new_context(locale="en-US").new_page()
            page.goto(f"{address}/sign-in")
            page.fill("input[name=email]", who[0])
            page.fill("input[name=password]", who[1])
            page.press("input[name=password]", "Enter")
            page.wait_for_url(f"{address}/")
            return [once(page, address, text) for _ in range(runs)]
        finally:
            started.close()


def once(page: Any, address: str, text: str) -> float:
    """One upload by the page's editor."""
    page.goto(f"{address}/courses/{SLUG}/{EXERCISE}")
    page.locator("textarea[name=code]").fill(text)
    started = time.perf_counter()
    page.locator("form:has(#code) button:not([type])").click()
    page.locator(".score").first.wait_for()
    return time.perf_counter() - started
