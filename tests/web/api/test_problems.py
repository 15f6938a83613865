"""Every error says what happened, whether anything was counted, and what to do: to programs and to people."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError

from tests.web.api.conftest import CODE, HAND_IN, ROOT, Program
from web.api.models import Problem
from web.application import create_app

MEMBERS = {"type", "title", "status", "detail", "instance", "request"}


def check(answer, status):
    """RFC 9457, and findable in the log."""
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    problem = Problem.model_validate(answer.json)
    assert problem.status == status
    assert problem.request == answer.headers["X-Request-Id"]
    assert problem.instance == answer.request.path
    assert set(answer.json) - {"errors"} == MEMBERS
    return problem


@pytest.mark.parametrize("path", ["/api/v1/nowhere", "/api/", "/api/v2/courses", "/api/v1/submissions/a%00b"])
def test_an_address_that_does_not_exist_is_a_problem(ada, path):
    check(ada.get(path), 404)


def test_a_wrong_method_is_a_problem_that_names_the_right_ones(ada, site):
    answer = site.app.test_client().delete(f"{ROOT}/courses", headers=ada.headers({}))
    check(answer, 405)
    assert "GET" in answer.headers["Allow"]


def test_a_problem_is_in_the_language_that_is_asked_for(program):
    english = check(program().get("whoami", headers={"Accept-Language": "fr, en;q=0.5"}), 401)
    answer = program().get("whoami", headers={"Accept-Language": "zh-CN, en;q=0.5"})
    chinese = check(answer, 401)
    assert (english.title, chinese.title) == ("Sign in first", "请先登录")
    assert answer.headers["Content-Language"] == "zh"
    assert "Accept-Language" in answer.headers["Vary"]
    assert english.type == chinese.type


def test_a_request_from_another_site_s_page_is_refused_as_a_problem(ada):
    answer = ada.post(json=CODE, headers={"Sec-Fetch-Site": "cross-site", "Accept-Language": "en"})
    assert check(answer, 403).detail == "This form was on another site, so nothing was done."


def test_a_fault_of_ours_is_a_problem_without_its_stack(ada, site, monkeypatch):
    site.app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    monkeypatch.setattr("web.api.views.work.courses_of", broken(ZeroDivisionError("secret")))
    answer = ada.get("courses")
    check(answer, 500)
    assert "secret" not in answer.text
    assert "ZeroDivisionError" not in answer.text


def broken(error):
    def fail(*_, **__):
        raise error

    return fail


# The database is away ------------------------------------------------------------------------------


@pytest.fixture
def lost(site, tmp_path, monkeypatch):
    """The same site, whose database went away."""
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("web.database.session._make_folder", lambda _: None)
    away = type(site.services.database)(f"sqlite:///{tmp_path}/file/site.db")
    app = create_app(site.services.settings, replace(site.services, database=away))
    app.config.update(WTF_CSRF_ENABLED=False)
    yield replace(site, app=app)
    away.close()


def test_without_a_database_nothing_is_taken_and_a_program_comes_again(ada, lost):
    answer = Program(lost, ada.token).hand_in()
    problem = check(answer, 503)
    assert int(answer.headers["Retry-After"]) > 0
    assert "Nothing was taken in" in problem.detail
    assert lost.services.doorbell.rung == []


def test_without_a_database_people_read_a_page_that_promises_nothing(site, lost):
    browser = site.client("ada")
    other = lost.app.test_client()
    cookie = browser.get_cookie("chainrule")
    other.set_cookie("chainrule", cookie.value)
    for path in ("/", "/courses/backprop", "/submissions/one"):
        answer = other.get(path, headers={"Accept-Language": "zh"})
        assert (answer.status_code, answer.mimetype) == (503, "text/html")
        assert "没有收下任何内容" in answer.text
        assert answer.headers["X-Request-Id"] in answer.text
        assert "Retry-After" in answer.headers


def test_what_is_committed_is_not_called_lost_when_the_database_goes_right_after(ada, site, monkeypatch):
    """The broker is away too, which would have been written down: the reconciler finds it without that."""

    def ring(job, lane):
        for way in ("read", "write"):
            monkeypatch.setattr(site.services.database, way, broken(OperationalError("", {}, Exception())))
        return False

    monkeypatch.setattr(site.services.doorbell, "ring", ring, raising=False)
    answer = ada.hand_in()
    assert answer.status_code == 201
    monkeypatch.undo()
    assert ada.get(answer.headers["Location"]).json == answer.json


# People --------------------------------------------------------------------------------------------


def test_a_page_that_does_not_exist_says_so_with_the_number_of_the_request(site):
    answer = site.client("ada").get("/nowhere")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "There is nothing here" in answer.text
    assert answer.headers["X-Request-Id"] in answer.text


def test_a_form_that_is_too_large_says_the_limit(site):
    answer = site.client("ada").post("/courses/backprop/product_gradient", data={"code": "x" * 2_200_000})
    assert answer.status_code == 413
    assert "2 MB" in answer.text


def test_a_fault_of_ours_is_a_page_for_people(site, monkeypatch):
    site.app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    monkeypatch.setattr("web.students.views.work.courses_of", broken(ZeroDivisionError("secret")))
    answer = site.client("ada").get("/", headers={"Accept-Language": "zh"})
    assert answer.status_code == 500
    assert "我们这边出了故障" in answer.text
    assert "secret" not in answer.text


def test_a_refused_request_is_answered_to_programs_as_json_and_to_people_as_a_page(site, ada):
    people = site.client("ben").get("/submissions/nobody")
    assert (people.status_code, people.mimetype) == (404, "text/html")
    check(ada.get("submissions/nobody"), 404)
    check(site.app.test_client().post(HAND_IN, json=CODE), 401)


def test_who_asks_too_often_is_told_when_to_come_again(ada, site):
    slow = create_app(replace(site.services.settings, requests_a_minute=2), site.services)
    program = Program(replace(site, app=slow), ada.token)
    assert [program.get("whoami").status_code for _ in range(3)] == [200, 200, 429]
    answer = program.get("whoami", headers={"Accept-Language": "zh"})
    problem = check(answer, 429)
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert problem.title == "请求过于频繁"
