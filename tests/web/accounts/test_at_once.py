"""Keys that open once, asked for by several at the same moment; over SQLite and PostgreSQL alike."""

from __future__ import annotations

import threading

import pyotp
import pytest
from sqlalchemy import select

from tests.web.accounts.acts import audit
from tests.web.conftest import over
from web.accounts import invitations, keys, sessions, totp
from web.accounts.linking import Claims, account_of
from web.accounts.newcomers import Newcomer, settle
from web.database.models import Course, Invitation, Membership, SignIn, User

ADA, GRACE, MALLORY = 1, 3, 5
MANY = 6


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.service)])
def both(request, settings):
    made = over(request.param, request, settings)
    yield made
    made.database.close()


def at_once(services, deed) -> list:
    """What each of many gets who do this at the same moment, each in a transaction of its own."""
    together, results = threading.Barrier(MANY), []

    def do(number):
        together.wait()
        with services.database.write() as session:
            results.append(deed(session, number))

    threads = [threading.Thread(target=do, args=(number,)) for number in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def invitation(services, **terms) -> str:
    with services.database.write() as session:
        course = session.scalar(select(Course).where(Course.slug == "backprop"))
        token = invitations.make(session, course, invitations.Terms("student", **terms), GRACE, services.clock())
    return sessions.digest(token)


def test_of_many_with_one_invitation_one_comes_in(both):
    key = invitation(both)

    def join(session, number):
        newcomer = Newcomer(f"N{number}", f"n{number}@example.org", "")
        person = settle(session, newcomer, None, both.clock())
        return invitations.join(session, session.get_one(Invitation, key), person, both.clock())

    assert sorted(at_once(both, join)) == [False] * (MANY - 1) + [True]
    with both.database.read() as session:
        assert session.get_one(Invitation, key).uses_left == 0


@pytest.mark.parametrize("uses", [1, 3])
def test_whoever_clicks_many_times_comes_in_once_and_is_told_so_each_time(both, uses):
    key = invitation(both, uses=uses)

    def join(session, _):
        mallory = session.get_one(User, MALLORY)
        return invitations.join(session, session.get_one(Invitation, key), mallory, both.clock())

    assert at_once(both, join) == [True] * MANY
    with both.database.read() as session:
        assert session.get_one(Invitation, key).uses_left == uses - 1


def test_of_many_with_one_code_one_is_let_in(both):
    secret = pyotp.random_base32()
    with both.database.write() as session:
        session.get_one(User, ADA).totp_secret = secret
    code = pyotp.TOTP(secret).at(int(both.clock().timestamp()))
    got = at_once(both, lambda session, _: totp.accepts(session, session.get_one(User, ADA), code, both.clock()))
    assert sorted(got) == [""] * (MANY - 1) + ["code"]


def test_of_many_with_one_recovery_code_one_is_let_in(both):
    with both.database.write() as session:
        codes = keys.recovery_codes(session, ADA, both.clock())
    got = at_once(both, lambda session, _: keys.spend_code(session, ADA, codes[0], both.clock()))
    assert got.count(True) == 1
    with both.database.read() as session:
        assert keys.codes_left(session, ADA) == 9


def test_of_many_with_one_reset_link_one_chooses(both):
    with both.database.write() as session:
        token = keys.reset_link(session, ADA, both.clock())
    assert at_once(both, lambda session, _: keys.spend_link(session, token, both.clock())).count(True) == 1


def test_sessions_begin_are_listed_proved_and_end(both):
    with both.database.write() as session:
        tokens = [sessions.begin(session, session.get_one(User, ADA), both.clock(), "a") for _ in range(3)]
    assert sessions.person_of(both, tokens[0]).proved_at == both.clock()
    with both.database.write() as session:
        assert sessions.end_one(session, ADA, sessions.digest(tokens[0]), both.clock())
        assert not sessions.end_one(session, MALLORY, sessions.digest(tokens[1]), both.clock())
        sessions.end_all(session, ADA, both.clock(), but=tokens[1])
    with both.database.read() as session:
        assert [row.id for row in sessions.alive(session, ADA, both.clock())] == [sessions.digest(tokens[1])]
        assert session.scalar(select(SignIn).where(SignIn.id == sessions.digest(tokens[2]))).ended_at == both.clock()


def test_an_institution_lets_in_whoever_was_invited(both):
    invitation(both, email="linus@example.org")
    claims = Claims("https://id.example.org", "1", "linus@example.org", "Linus\u202e\n Torvalds" + "x" * 200)
    with both.database.write() as session:
        made = account_of(session, claims, None, both.clock())
        assert made.name.startswith("Linus Torvalds")
        assert len(made.name) == 100
    with both.database.write() as session:
        again = account_of(session, Claims("https://id.example.org", "1"), None, both.clock())
        assert again.id == made.id
        assert session.get(Membership, (1, made.id)).role == "student"


def test_the_audit_is_only_added_to(both):
    invitation(both)
    from types import SimpleNamespace

    (line,) = audit(SimpleNamespace(services=both), "invitation made")
    with pytest.raises(Exception, match="only added to"), both.database.write() as session:
        session.merge(line).new = "something else"
