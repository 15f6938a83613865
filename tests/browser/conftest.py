"""Pages opened in chromium: a browser for the session, a fresh page for each test, and axe to look for barriers.

A test that opens a page is marked `browser` and asks for `page` (1280 px, light, English) or `open_page(width=390,
scheme="dark", language="zh")`. What the browser complains about, a refusal of the security policy above all, fails the
test at its end; `page.complaints` has it meanwhile. `serve(app)` gives the address of a Flask application while the test runs.
"""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.browser.whole import whole

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api")
    from tests.conftest import chromium

    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser):
    """A page of this width, colour scheme and language; several may be open in one test."""
    contexts, pages = [], []

    def opened(*, width=1280, scheme="light", language="en", **options):
        locale = "zh-CN" if language == "zh" else "en-GB"
        viewport = {"width": width, "height": 900}
        context = browser.new_context(color_scheme=scheme, viewport=viewport, locale=locale, **options)
        page = context.new_page()
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on(
            "console", lambda said: page.complaints.append(said.text) if said.type in {"error", "warning"} else None
        )
        contexts.append(context)
        pages.append(page)
        return page

    yield opened
    complaints = [complaint for page in pages for complaint in page.complaints]
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(open_page):
    return open_page()


@pytest.fixture
def axe():
    """The barriers on a page: `assert axe(page) == []`. Each is the rule's name and where it is broken."""
    source = AXE.read_text(encoding="utf-8")

    def violations(page, *, within="document", but=()):
        before = list(page.complaints)
        page.evaluate(source)
        chosen = {"runOnly": RULES, "rules": {name: {"enabled": False} for name in but}}
        found = page.evaluate(f"options => axe.run({within}, options)", chosen)["violations"]
        page.complaints[:] = before  # axe draws with inline styles, which the policy refuses
        return [f"{one['id']}: {node['target'][0]} {node['html'][:120]}" for one in found for node in one["nodes"]]

    return violations


@pytest.fixture
def serve():
    """The address at which a Flask application answers until the test ends."""
    from werkzeug.serving import make_server

    running = []

    def served(app):
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield served
    for server, thread in running:
        server.shutdown()
        thread.join(5)
        server.server_close()


@pytest.fixture(scope="session")
def service(tmp_path_factory):
    """The whole service, started once for all tests that ask for it: tests/browser/whole.py."""
    with whole(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture
def visit(open_page, service):
    """A page on which somebody new is signed in: `visit()`, `visit("instructor", width=390, language="zh")`."""

    def visiting(role="student", **look):
        page = open_page(base_url=service.url, **look)
        page.visitor = service.visitor(role)
        page.context.add_cookies([{"name": "chainrule", "value": page.visitor.cookie, "url": service.url}])
        return page

    return visiting
