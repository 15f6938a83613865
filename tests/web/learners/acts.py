"""What students and staff do in the tests of this folder."""

from __future__ import annotations

import re
from html import unescape

from grader.calls import File
from grader.files import Source
from grader.messages import Finding, Graded, Report, Text, Thought
from web.database.models import Arrangement, Submission
from web.recorder import record
from web.submissions import Upload, accept

EXERCISE = "product_gradient"
RIGHT = "def product_backward(x, w, upstream):\n    return w * upstream, x * upstream\n"
WRONG = "def product_backward(x, w, upstream):\n    return w, x\n"


def person(site, name: str = "ada", course: str = "backprop") -> str:
    """The address of somebody's page."""
    return f"/courses/{course}/staff/students/{site.people[name]}"


def page(site, name: str = "ada") -> str:
    """And of their page for the exercise."""
    return f"{person(site, name)}/{EXERCISE}"


OWN = (File("ada.py", RIGHT),)


def attempt(site, *points: float, name: str = "ada", files=OWN, codes=()) -> str:
    """Hand in and be graded, with a check of two points for each number; its id. Without points it waits."""
    site.clock.advance(minutes=10)
    row = accept(site.services, site.people[name], site.assignments[EXERCISE], Upload(Source(tuple(files))))
    if points:
        findings = tuple(
            Finding(f"check{n}", "f", Text(f"check {n}", f"检查 {n}"), won == 2, won, 2, public=True)
            for n, won in enumerate(points)
        )
        thoughts = tuple(Thought(code, code, Text("a hint", "提示")) for code in codes)
        title = Text("The gradient of a product", "乘积的梯度")
        report = Report(EXERCISE, title, row.edition, row.seed, findings, thoughts=thoughts, files=tuple(files))
        assert record(site.services, [Graded(row.id, row.ticket, row.attempt, report)]) == 1
    return row.id


def form_of(answer) -> dict[str, str]:
    """The fields of the arrangements' form, as a browser would send them back unchanged."""
    body = answer.get_data(as_text=True)
    form = re.search(r'<form class="arrange box".*?</form>', body, re.DOTALL)[0]
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form):
        words = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if words.get("type") != "checkbox" or " checked" in tag:
            fields[words["name"]] = unescape(words.get("value", ""))
    for name, text in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        fields[name] = unescape(text)
    fields.pop("csrf_token", None)
    return fields


def arrange(site, who: str = "grace", name: str = "ada", **changes):
    """Open the form, change it, send it."""
    browser = site.client(who)
    fields = form_of(browser.get(page(site, name))) if who == "grace" else {}
    return browser.post(f"{page(site, name)}/arrangement", data=fields | changes)


def arranged(site, name: str = "ada") -> Arrangement | None:
    with site.services.database.read() as session:
        return session.get(Arrangement, (site.assignments[EXERCISE], site.people[name]))


def submission(site, key: str) -> Submission:
    with site.services.database.read() as session:
        return session.get_one(Submission, key)
