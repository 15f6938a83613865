"""Who may open what, asked of every address that the site has. An address without a rule, or with one unknown here, fails.

The answers that are expected stand here, not in the site: a rule that was loosened by mistake is noticed.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

from grader.calls import File
from grader.files import Source
from grader.messages import Finding, Graded, Report, Text
from web import application
from web.database.models import ApiToken, Column, Course, Invitation, Membership, Publication, Shadow, Submission
from web.pushes import linking
from web.recorder import record
from web.regrading.beginning import begin
from web.submissions import Upload, accept

MEMBERS = {"ada", "ben", "grace", "tom"}
SIGNED_IN = MEMBERS | {"mallory", "mallory the assistant", "mallory the instructor"}
EVERYBODY = SIGNED_IN | {""}

# The rules by their names: who may open a page of the course `backprop`, and of Ben's submission there.
MAY = {
    "anyone: the request itself carries its proof": EVERYBODY,  # signatures: tests/web/pushes
    "anyone": EVERYBODY,  # what tokens and passwords open there is tested beside them
    "operator: from nearby, or with the token": set(),  # all of them are far away, and have none
    "instructor with a token to publish": set(),  # a session is good for no such thing: tests/web/publishing
    "signed in": SIGNED_IN,
    "member of the course": MEMBERS,
    "staff of the course": {"grace", "tom"},
    "instructor of the course": {"grace"},
    "instructor of some course": {"grace", "mallory the instructor"},
    "owner of the submission, or staff of its course": {"ben", "grace", "tom"},
}
FAR = {"REMOTE_ADDR": "1.2.3.4"}  # the addresses that are reserved for examples count as private
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}


@dataclass(frozen=True)
class Address:
    """A way to ask: a method and a path in which every part is real."""

    method: str
    path: str
    endpoint: str
    rule: str

    @property
    def api(self) -> bool:
        return self.path.startswith("/api/")


@pytest.fixture
def walked(site) -> list[Address]:
    """Every address. Whoever adds a part to an address says here what stands for it."""
    real = {
        "course": "backprop",
        "exercise": "product_gradient",
        "submission": bens_submission(site),
        "member": site.people["ben"],
        "key": invitation(site),
        "comment": 1,
        "token": "0" * 43,
        "column": own_column(site),
        **regrade(site),
        "change": 1,
        **bens_repository(site),
        "publication": publication(site),
    }
    with site.app.test_request_context():
        return [address for rule in site.app.url_map.iter_rules() for address in addresses(site.app, rule, real)]


def publication(site) -> int:
    """Of the exercise, by somebody elsewhere."""
    with site.services.database.write() as session:
        known = {"edition": "0" * 16, "actor_id": site.people["mallory"], "at": site.clock(), "state": "out"}
        row = Publication(exercise="product_gradient", **known)
        session.add(row)
    return row.id


def bens_repository(site) -> dict[str, int]:
    """Linked, with a token."""
    with site.services.database.write() as session:
        course = session.scalars(select(Course).where(Course.slug == "backprop")).one()
        moment, ben = site.clock(), site.people["ben"]
        made = linking.link(session, course, ben, linking.Wish("github.com", "ben/homework"), moment, ben)
        linking.new_token(session, made, moment, ben, 30)
        return {"repository": made.id, "granted": session.scalars(select(ApiToken.id)).one()}


def regrade(site) -> dict[str, int]:
    """Of what is graded there; begun, and nobody sends it on."""
    number = begin(
        site.services, site.assignments["product_gradient"], site.people["grace"], new_seeds=False, why="To see."
    )
    with site.services.database.read() as session:
        return {"regrade": number, "shadow": session.scalars(select(Shadow.id)).one()}


def addresses(app: Flask, rule, real: dict[str, object]) -> list[Address]:
    if rule.endpoint in {"static", "health.ready"}:  # open to all; the second asks for the broker, and here is none
        return []
    unknown = rule.arguments - real.keys()
    assert not unknown, f"what stands for {unknown} in {rule.rule}?"
    path = app.url_map.bind("localhost").build(rule.endpoint, {name: real[name] for name in rule.arguments})
    named = getattr(getattr(app.view_functions[rule.endpoint], "rule", None), "name", "")
    return [Address(method, path, rule.endpoint, named) for method in sorted(rule.methods - {"HEAD", "OPTIONS"})]


def bens_submission(site) -> str:
    """Graded, so that there is a report that could be read."""
    upload = Upload(Source((File("ben.py", "x = 1\n"),)))
    row = accept(site.services, site.people["ben"], site.assignments["product_gradient"], upload)
    finding = Finding("a_check", "product_backward", Text("a check", "检查"), False, 0.0, 6.0, public=True)
    report = Report("product_gradient", Text("A title", "标题"), row.edition, row.seed, (finding,))
    assert record(site.services, [Graded(row.id, row.ticket, row.attempt, report)]) == 1
    return row.id


def own_column(site) -> int:
    """Of the gradebook."""
    with site.services.database.write() as session:
        course = session.scalars(select(Course).where(Course.slug == "backprop")).one()
        made = Column(course_id=course.id, name="Oral exam", out_of=10, position=0)
        session.add(made)
    return made.id


def invitation(site) -> str:
    with site.services.database.write() as session:
        course = session.scalars(select(Course).where(Course.slug == "backprop")).one()
        moment = site.clock()
        session.add(
            Invitation(
                id="0" * 64,
                course=course,
                role="student",
                created_at=moment,
                expires_at=moment.replace(year=moment.year + 1),
            )
        )
    return "0" * 64


def client(site, who: str):
    """A browser of this person; Mallory may also teach, but elsewhere."""
    name, _, role = who.partition(" the ")
    if role:
        with site.services.database.write() as session:
            session.scalars(select(Membership).where(Membership.user_id == site.people[name])).one().role = role
    return site.client(name)


def refused(answer) -> bool:
    """What somebody reads who may not open a page: nothing that tells whether there is one."""
    if answer.status_code in {401, 403, 404}:
        return True
    return answer.status_code == 302 and answer.location.startswith("/sign-in")


def may(address: Address, who: str) -> bool:
    return who in MAY[address.rule]


# What is walked -----------------------------------------------------------------------------------------


def test_every_address_has_a_rule_that_is_known_here(walked):
    assert {address.endpoint: address.rule for address in walked if address.rule not in MAY} == {}


@pytest.mark.parametrize("who", sorted(EVERYBODY), ids=lambda who: who or "a stranger")
def test_whoever_asks_gets_what_the_rule_says(site, walked, opened, who):
    """A view is reached by those who may open it, whatever it then answers, and by nobody else."""
    wrong = []
    for address in sorted(walked, key=lambda address: address.method):  # GET before what changes something
        opened.clear()
        form = {"code": " "} if who else None
        answer = client(site, who).open(address.path, method=address.method, data=form, environ_base=FAR)
        if bool(opened) != may(address, who) or not (opened or refused(answer)):
            wrong.append((address.method, address.path, answer.status_code))
    assert wrong == []


@pytest.fixture
def opened(site) -> list[str]:
    """The endpoints whose views were reached; the views do what they do."""
    reached: list[str] = []

    def noted(endpoint, view):
        @functools.wraps(view)
        def with_a_note(**arguments):
            reached.append(endpoint)
            return view(**arguments)

        return with_a_note

    site.app.view_functions = {name: noted(name, view) for name, view in site.app.view_functions.items()}
    return reached


def test_a_number_that_no_database_takes_for_an_id_leads_nowhere(site):
    """`<int:column>` as 2 to the 70th; every other part is a word."""
    rules = [rule for rule in site.app.url_map.iter_rules() if "<int" in rule.rule]
    paths = {re.sub(r"<\w+>", "backprop", re.sub(r"<int[^>]*>", str(2**70), rule.rule)) for rule in rules}
    grace = site.client("grace")
    answers = {(path, method): grace.open(path, method=method) for path in paths for method in ("GET", "POST")}
    assert {asked: one.status_code for asked, one in answers.items() if one.status_code not in {404, 405}} == {}
    assert len(paths) > 10


def test_who_may_not_see_a_page_reads_what_stands_for_a_page_that_is_not_there(site, walked):
    ada, wrong = site.client("ada"), []
    for address in walked:
        if address.method != "GET" or may(address, "ada"):
            continue
        missing = address.path.replace("backprop", "no-such-course").replace(bens(walked), "nosuchsubmission")
        here, nowhere = (ada.get(path, environ_base=FAR) for path in (address.path, missing))
        if (here.status_code, shape(here, address.path)) != (nowhere.status_code, shape(nowhere, missing)):
            wrong.append(address.path)
    assert wrong == []


def bens(walked: list[Address]) -> str:
    return next(a.path for a in walked if a.endpoint == "students.submission").rpartition("/")[2]


def shape(answer, path: str) -> str:
    """A page without what tells one request from another: its address, its id, its form tokens."""
    request = answer.headers["X-Request-Id"]
    text = answer.get_data(as_text=True).replace(path, "").replace(request, "")
    return "".join(line for line in text.splitlines() if "csrf_token" not in line)


def test_nothing_changed_for_those_who_were_refused(site, walked):
    mallory = client(site, "mallory the instructor")
    for address in walked:
        if address.method in CHANGING and not may(address, "mallory"):
            mallory.open(address.path, method=address.method, json={} if address.api else None)
    with site.services.database.read() as session:
        assert len(session.scalars(select(Submission)).all()) == 1
        assert session.get_one(Invitation, "0" * 64).revoked_at is None
        roles = {row.user_id: row.role for row in session.scalars(select(Membership))}
    assert roles[site.people["ben"]] == "student"


# Forms --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["", "ben", "grace"], ids=lambda who: who or "a stranger")
def test_nothing_that_changes_something_is_done_without_the_forms_token(site, walked, who):
    """A form on somebody else's page would be sent with the cookie, but cannot know the token."""
    site.app.config["WTF_CSRF_ENABLED"] = True
    wrong = []
    for address in walked:
        if address.method not in CHANGING or not may(address, who):
            continue
        answer = client(site, who).open(address.path, method=address.method, data={"code": "x = 1\n"})
        if answer.status_code not in ({400, 401} if address.rule.endswith("carries its proof") else {400}):
            wrong.append((address.path, answer.status_code))
    assert wrong == []


def test_a_form_with_its_token_is_taken(site):
    """Else the test above would prove nothing."""
    site.app.config["WTF_CSRF_ENABLED"] = True
    ada = site.client("ada")
    page = ada.get("/courses/backprop/product_gradient").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    answer = ada.post("/courses/backprop/product_gradient", data={"code": "x = 1\n", "csrf_token": token})
    assert answer.status_code == 303


# The guard itself ---------------------------------------------------------------------------------------


def test_a_view_without_a_rule_is_shown_to_nobody(services):
    app = application.create_app(services.settings, services)
    app.add_url_rule("/forgotten", "forgotten", lambda: "a secret")
    answer = app.test_client().get("/forgotten")
    assert answer.status_code == 500
    assert "a secret" not in answer.text


def test_a_membership_that_ends_closes_the_course_at_once(site):
    ben = site.client("ben")
    assert ben.get("/courses/backprop").status_code == 200
    with site.services.database.write() as session:
        session.delete(session.scalars(select(Membership).where(Membership.user_id == site.people["ben"])).one())
    assert ben.get("/courses/backprop").status_code == 404
