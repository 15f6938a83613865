"""A run of CI without a secret: what its identity opens, and what nobody can make it open."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace

import pytest
from joserfc import jwk, jwt
from sqlalchemy import func, select

from tests.web.api.conftest import CODE, HAND_IN, ROOT, Program
from tests.web.pushes.actions import AUDIENCE, Actions, rsa
from tests.web.pushes.forge import Forge
from tests.web.pushes.test_commits import COMMIT
from tests.web.pushes.test_linking import PAGE, link, repositories
from web.database.models import ApiToken, Audit, Membership, OneTimeKey, Repository
from web.pushes import keys
from web.pushes.hosts import issuers_of
from web.pushes.keys import AGAIN, FRESH

pytestmark = pytest.mark.slow  # an issuer listens, and is asked for its keys
EXCHANGE = f"{ROOT}/ci/token"


@pytest.fixture
def forge():
    with Forge() as running:
        yield running


@pytest.fixture
def settings(settings, forge):
    return replace(settings, ci_issuers=issuers_of(f"github={forge.base}"))


@pytest.fixture
def actions(site, forge):
    """The issuer of the host on which the repositories of these tests lie."""
    return Actions(forge, site.clock().timestamp()).forgotten_by(site)


@pytest.fixture
def homework(site, forge):
    """Ada's repository there, not proven yet."""
    return link(site, address=f"{forge.base}/ada/homework")


def exchange(site, identity, **more):
    return Program(site).post(EXCHANGE, json={"identity": identity} | more)


def token_of(site, answer) -> Program:
    assert answer.status_code == 201, answer.json
    return Program(site, answer.json["token"])


def pushed(forge, name="ada/homework", commit=COMMIT):
    return CODE | {"commit": commit, "repository": f"{forge.base}/{name}"}


def test_the_first_identity_comes_with_the_code_and_later_ones_without(site, actions, homework, forge):
    answer = exchange(site, actions.identity(), link=homework.code)
    token = token_of(site, answer)
    assert answer.json["repository"] == f"{forge.base}/ada/homework"
    assert (answer.json["course"], answer.json["commit"]) == ("backprop", COMMIT)
    handed_in = token.hand_in(json=pushed(forge))
    assert (handed_in.status_code, handed_in.json["number"]) == (201, 1)
    found = repositories(site)[0]
    assert (found.remote_id, found.proven_at) == ("77:7", site.clock())
    assert exchange(site, actions.identity()).status_code == 201
    assert "proven" in site.client("ada").get(PAGE, headers={"Accept-Language": "en"}).text


def test_the_token_is_good_for_that_commit_and_a_quarter_of_an_hour(site, actions, homework, forge):
    token = token_of(site, exchange(site, actions.identity(), link=homework.code))
    other = token.hand_in(json=pushed(forge, commit="f" * 40))
    assert (other.status_code, other.json["type"]) == (403, "urn:problem-type:chainrule:other-commit")
    assert token.hand_in(json=pushed(forge, "ben/homework")).status_code == 403
    assert token.hand_in(json=CODE).status_code == 403
    assert token.post(HAND_IN.replace("backprop", "other"), json=pushed(forge)).status_code == 404
    site.clock.advance(minutes=16)
    assert token.hand_in(json=pushed(forge)).status_code == 401


def test_a_linked_exercise_binds_the_token_too(site, actions, forge):
    found = link(site, address=f"{forge.base}/ada/homework", exercise="mlp_backward")
    token = token_of(site, exchange(site, actions.identity(), link=found.code))
    assert token.hand_in(json=pushed(forge)).status_code == 404


# Whose repository -------------------------------------------------------------------------------------------


def test_mallory_links_bens_repository_and_gets_nothing(site, actions, forge, mallory):
    """Ben's pushes stay Ben's: he has not linked it yet, he links it later, and whatever Mallory tries."""
    hers = link(site, mallory, f"{forge.base}/ben/homework")
    bens_push = {"repository": "ben/homework", "repository_id": "88", "repository_owner_id": "8"}
    assert exchange(site, actions.identity(**bens_push)).status_code == 403, "nobody has proven anything"
    her_push = {"repository": "mallory/homework", "repository_id": "99", "repository_owner_id": "9"}
    assert exchange(site, actions.identity(**her_push), link=hers.code).status_code == 403, "her code, her repository"
    bens = link(site, "ben", f"{forge.base}/ben/homework")
    assert exchange(site, actions.identity(**her_push), link=bens.code).status_code == 403, "Ben's code, from his file"
    token = token_of(site, exchange(site, actions.identity(**bens_push), link=bens.code))
    assert token.get("whoami").json["name"] == "Ben"
    assert exchange(site, actions.identity(**bens_push), link=hers.code).status_code == 403, "it is taken"
    with site.services.database.read() as session:
        assert session.get_one(Repository, hers.id).proven_at is None
        assert session.scalar(select(func.count()).select_from(ApiToken)) == 1


def test_a_fork_of_bens_repository_brings_his_code_along_and_opens_nothing(site, actions, forge, mallory):
    bens = link(site, "ben", f"{forge.base}/ben/homework")
    fork = {"repository": "mallory/homework", "repository_id": "99", "repository_owner_id": "9"}
    answer = exchange(site, actions.identity(**fork), link=bens.code)
    assert (answer.status_code, answer.json["type"]) == (403, "urn:problem-type:chainrule:repository-unproven")


def test_a_name_that_somebody_else_has_taken_over_opens_nothing(site, actions, homework):
    """Ada's account was deleted, and another person now is `ada`, with her old files."""
    exchange(site, actions.identity(), link=homework.code)
    later = {"repository_id": "1077", "repository_owner_id": "1007"}
    for code in ("", homework.code):
        answer = exchange(site, actions.identity(**later), link=code)
        assert answer.status_code == 403
    assert exchange(site, actions.identity(repository_owner_id="1007")).status_code == 403, "given away"


def test_a_repository_that_was_renamed_is_still_known(site, actions, homework):
    exchange(site, actions.identity(), link=homework.code)
    answer = exchange(site, actions.identity(repository="ada/backprop"))
    assert (answer.status_code, repositories(site)[0].name) == (201, "ada/backprop")
    with site.services.database.read() as session:
        assert "repository renamed" in session.scalars(select(Audit.action)).all()


def test_a_repository_of_two_courses_says_which(site, actions, homework, forge):
    with site.services.database.write() as session:
        course = session.query(Membership).filter_by(user_id=site.people["mallory"]).one().course_id
        known = {"role": "student", "created_at": site.clock()}
        session.add(Membership(course_id=course, user_id=site.people["ada"], **known))
    site.client("ada").post("/courses/other/repositories", data={"address": f"{forge.base}/ada/homework"})
    for found in repositories(site):
        assert exchange(site, actions.identity(), link=found.code).status_code == 201
    assert exchange(site, actions.identity()).status_code == 403
    assert exchange(site, actions.identity(), course="other").json["course"] == "other"


def test_unlinked_disabled_or_out_of_the_course_it_opens_nothing(site, actions, homework):
    exchange(site, actions.identity(), link=homework.code)
    with site.services.database.write() as session:
        member = session.query(Membership).filter_by(user_id=site.people["ada"]).one()
        kept = member.course_id
        session.delete(member)
    assert exchange(site, actions.identity()).status_code == 403
    with site.services.database.write() as session:
        session.add(Membership(course_id=kept, user_id=site.people["ada"], role="student", created_at=site.clock()))
    assert exchange(site, actions.identity()).status_code == 201
    site.client("ada").post(f"{PAGE}/{homework.id}/unlink")
    assert exchange(site, actions.identity(), link=homework.code).status_code == 403


# What is signed ---------------------------------------------------------------------------------------------


def test_an_identity_is_good_once(site, actions, homework):
    identity = actions.identity()
    assert exchange(site, identity, link=homework.code).status_code == 201
    again = exchange(site, identity, link=homework.code)
    assert (again.status_code, again.json["type"]) == (401, "urn:problem-type:chainrule:identity-used")


def test_what_was_used_is_forgotten_when_it_could_not_be_used_anyway(site, actions, homework):
    exchange(site, actions.identity(), link=homework.code)
    site.clock.advance(minutes=10)
    actions.now = site.clock().timestamp()
    exchange(site, actions.identity())
    with site.services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(OneTimeKey)) == 1


CLAIMS = {
    "another issuer": {"iss": "https://token.actions.githubusercontent.com"},
    "an issuer that begins alike": {"iss": "http://127.0.0.1"},
    "no issuer": {"iss": None},
    "an issuer that is no text": {"iss": ["x"]},
    "another audience": {"aud": "https://github.com/ada"},
    "no audience": {"aud": None},
    "several audiences": {"aud": [AUDIENCE, "https://evil.example"]},
    "expired": {"exp": -31},
    "no end": {"exp": None},
    "an end that is a text": {"exp": "9999999999"},
    "an end without end": {"exp": float("inf")},
    "an end that is no number": {"exp": float("nan")},
    "an end that no float can hold": {"exp": 10**400},
    "not begun": {"nbf": 31},
    "signed in the future": {"iat": 31},
    "signed long ago": {"iat": -90_000},
    "no beginning": {"iat": None},
    "no number": {"jti": None},
    "a pull request": {"event_name": "pull_request"},
    "a pull request on the base": {"event_name": "pull_request_target"},
    "somebody's comment": {"event_name": "issue_comment"},
    "another workflow's end": {"event_name": "workflow_run"},
    "no event": {"event_name": None},
    "a pull request's ref": {"ref": "refs/pull/3/merge"},
    "a tag": {"ref": "refs/tags/v1"},
    "no ref": {"ref": None},
    "no commit": {"sha": None},
    "a short commit": {"sha": "abc"},
    "no repository": {"repository": None},
    "a repository that leads elsewhere": {"repository": "ada/../ben/homework"},
    "another owner": {"repository_owner": "mallory"},
    "no owner's number": {"repository_owner_id": None},
    "a number that is true": {"repository_id": True},
}


@pytest.mark.parametrize("what", CLAIMS)
def test_an_identity_that_claims_something_else_is_refused(site, actions, homework, what):
    now = actions.now
    timed = {"exp", "nbf", "iat"}
    changes = {
        name: now + value if name in timed and isinstance(value, int) and value < 10**9 else value
        for name, value in CLAIMS[what].items()
    }
    answer = exchange(site, actions.identity(**changes), link=homework.code)
    assert (answer.status_code, answer.json["type"]) == (401, "urn:problem-type:chainrule:identity")
    assert repositories(site)[0].proven_at is None


def part(content) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def unsigned(actions, header):
    return f"{part(header)}.{part(actions.claims())}."


def with_public_key_as_secret(actions):
    """The classic: HS256, with the public key as the secret that both know."""
    head = f"{part({'alg': 'HS256', 'kid': 'one'})}.{part(actions.claims())}"
    secret = rsa("one").as_pem(private=False)
    mac = base64.urlsafe_b64encode(hmac.new(secret, head.encode(), hashlib.sha256).digest()).rstrip(b"=").decode()
    return f"{head}.{mac}"


def tampered(actions):
    head, _, signature = actions.identity().split(".")
    return f"{head}.{part(actions.claims(repository='ben/homework'))}.{signature}"


def by_another_key(actions, **header):
    return actions.identity(key=rsa("mallory"), header={"kid": "one"} | header)


def with_own_key_inside(actions):
    return by_another_key(actions, jwk=rsa("mallory").as_dict(private=False))


def otherwise(actions, algorithm):
    """By the right key."""
    plain = {name: value for name, value in rsa("one").as_dict(private=True).items() if name != "alg"}
    header = {"alg": algorithm, "kid": "one"}
    return jwt.encode(header, actions.claims(), jwk.RSAKey.import_key(plain), algorithms=[algorithm])


FORGED = {
    "not signed": lambda actions: unsigned(actions, {"alg": "none", "kid": "one"}),
    "not signed, in other letters": lambda actions: unsigned(actions, {"alg": "None", "kid": "one"}),
    "signed with what everybody knows": with_public_key_as_secret,
    "signed by somebody else": by_another_key,
    "signed by a key that it brings along": with_own_key_inside,
    "signed by a key at an address of its own": lambda a: by_another_key(a, jku="http://127.0.0.1:9/jwks"),
    "with other claims": tampered,
    "with another algorithm": lambda actions: otherwise(actions, "PS256"),
    "with RS512": lambda actions: otherwise(actions, "RS512"),
    "without a key's name": lambda a: jwt.encode({"alg": "RS256"}, a.claims(), rsa("one")),
    "with a key that is not there": lambda a: a.identity(key=rsa("two")),
    "a nest": lambda a: f"{part({'alg': 'RS256', 'kid': 'one'})}.{base64.urlsafe_b64encode(b'[' * 5000).decode()}.x",
    "two parts": lambda a: a.identity().rpartition(".")[0],
    "five parts": lambda a: a.identity() + ".a.b",
    "nothing": lambda a: ".",
    "letters outside ASCII": lambda a: "ü.ü.ü",
    "no claims but a list": lambda a: f"{part({'alg': 'RS256', 'kid': 'one'})}.{part(['iss'])}.x",
}


@pytest.mark.parametrize("what", FORGED)
def test_a_forged_identity_is_refused(site, actions, homework, what):
    exchange(site, actions.identity(), link=homework.code)  # so that the real keys are there
    before = repositories(site)[0]
    answer = exchange(site, FORGED[what](actions), link=homework.code)
    assert (answer.status_code, answer.json["type"]) == (401, "urn:problem-type:chainrule:identity")
    after = repositories(site)[0]
    assert (after.name, after.remote_id) == (before.name, before.remote_id)


def test_an_elliptic_curve_is_trusted_too(site, actions, homework):
    key = jwk.ECKey.generate_key("P-256", {"kid": "curve", "use": "sig"})
    actions.publish(key)
    assert exchange(site, actions.identity(header={"alg": "ES256"}), link=homework.code).status_code == 201


def test_a_curves_key_does_not_sign_as_rsa_nor_the_other_way_round(site, actions, homework):
    curve = jwk.ECKey.generate_key("P-256", {"kid": "one", "use": "sig"})
    actions.publish(curve)
    assert exchange(site, by_another_key(actions), link=homework.code).status_code == 401


# Keys -------------------------------------------------------------------------------------------------------


@pytest.fixture
def clock(monkeypatch):
    """Of the keys."""
    moment = [1000.0]
    monkeypatch.setattr(keys.Keys.__init__, "__defaults__", (lambda: moment[0], *keys.Keys.__init__.__defaults__[1:]))
    return moment


def test_keys_are_asked_for_once_and_again_after_an_hour(site, actions, homework, clock):
    for _ in range(3):
        exchange(site, actions.identity(), link=homework.code)
    assert actions.asked == 1
    clock[0] += FRESH + 1
    assert exchange(site, actions.identity()).status_code == 201
    assert actions.asked == 2


def test_new_keys_are_found_when_they_are_first_used(site, actions, homework, clock):
    """Issuers change theirs without telling anybody."""
    exchange(site, actions.identity(), link=homework.code)
    actions.publish(rsa("two"))
    clock[0] += AGAIN + 1
    assert exchange(site, actions.identity()).status_code == 201
    clock[0] += FRESH + 1
    assert exchange(site, actions.identity(key=rsa("one"))).status_code == 401, "the old one is gone"


def test_made_up_keys_make_nobody_ask_often(site, actions, homework, clock):
    exchange(site, actions.identity(), link=homework.code)
    for number in range(20):
        made_up = jwt.encode({"alg": "RS256", "kid": f"made up {number}"}, actions.claims(), rsa("mallory"))
        assert exchange(site, made_up).status_code in {401, 503}
    assert actions.asked == 1
    assert exchange(site, actions.identity()).status_code == 201, "and nobody is kept out by it"


def test_an_issuer_that_is_away_is_told_apart_from_a_forgery(site, actions, homework, forge, clock):
    kept = dict(forge.answers)
    forge.answers.clear()
    answer = exchange(site, actions.identity(), link=homework.code)
    assert (answer.status_code, answer.json["type"]) == (503, "urn:problem-type:chainrule:issuer-away")
    assert int(answer.headers["Retry-After"]) >= AGAIN
    forge.answers |= kept
    clock[0] += AGAIN + 1
    assert exchange(site, actions.identity(), link=homework.code).status_code == 201
    forge.answers.clear()
    clock[0] += FRESH + 1
    assert exchange(site, actions.identity()).status_code == 201, "its keys of an hour ago are good enough"


def padded(actions):
    return {"keys": [rsa("one").as_dict(private=False)], "more": "x" * 300_000}


BAD_SETS = {
    "huge": padded,
    "no set": lambda actions: [],
    "a set of nonsense": lambda actions: {"keys": [7, {}, {"kty": "RSA"}, {"kty": "RSA", "n": "x" * 400, "e": "!"}]},
    "for secrets": lambda actions: {"keys": [rsa("one").as_dict(private=False) | {"use": "enc"}]},
    "with a secret": lambda actions: {"keys": [{"kty": "oct", "kid": "one", "k": "c2VjcmV0"}]},
    "with private keys": lambda actions: {"keys": [rsa("one").as_dict(private=True)]},
    "short keys": lambda actions: {"keys": [rsa("one").as_dict(private=False) | {"n": "x" * 171}]},
}


@pytest.mark.parametrize("what", BAD_SETS)
def test_keys_that_cannot_be_trusted_are_not(site, actions, homework, what):
    actions.put("/jwks", BAD_SETS[what](actions))
    assert exchange(site, actions.identity(), link=homework.code).status_code in {401, 503}
    assert repositories(site)[0].proven_at is None


@pytest.mark.parametrize(
    "about", [{"issuer": "https://evil.example"}, {"jwks_uri": "http://127.0.0.1:9/jwks"}, {"jwks_uri": "file:///x"}]
)
def test_an_issuer_that_points_elsewhere_is_not_followed(site, actions, homework, about):
    actions.publish(**about)
    assert exchange(site, actions.identity(), link=homework.code).status_code == 503


def test_keys_that_drip_are_cut_off(site, actions, homework, forge, monkeypatch):
    monkeypatch.setattr(keys, "SECONDS", 0.3)
    forge.drip = 0.02
    assert exchange(site, actions.identity(), link=homework.code).status_code == 503


# GitLab -----------------------------------------------------------------------------------------------------


class TestGitLab:
    @pytest.fixture
    def settings(self, settings, forge):
        return replace(settings, ci_issuers=issuers_of(f"gitlab={forge.base}"))

    @pytest.fixture
    def identity(self, actions):
        def make(**changes):
            usual = {
                "project_path": "course/2026/ada",
                "project_id": "77",
                "namespace_id": "7",
                "ref_path": "refs/heads/main",
                "pipeline_source": "push",
                "repository": None,
                "event_name": None,
                "ref": "main",
            }
            return actions.identity(**(usual | changes))

        return make

    def test_a_push_is_handed_in(self, site, forge, identity):
        found = link(site, address=f"{forge.base}/course/2026/ada")
        token = token_of(site, exchange(site, identity(), link=found.code))
        assert token.hand_in(json=pushed(forge, "course/2026/ada")).status_code == 201

    @pytest.mark.parametrize(
        "changes",
        [
            {"pipeline_source": "merge_request_event"},
            {"pipeline_source": "external_pull_request_event"},
            {"pipeline_source": "trigger"},
            {"ref_path": "refs/merge-requests/3/head"},
            {"ref_path": None},
            {"project_id": None},
            {"project_path": "course/2026/ben"},
        ],
    )
    def test_what_is_none_is_refused(self, site, forge, identity, changes):
        found = link(site, address=f"{forge.base}/course/2026/ada")
        assert exchange(site, identity(**changes), link=found.code).status_code in {401, 403}


# The request ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body", [{}, {"identity": ""}, {"identity": "x" * 9000}, {"identity": 7}, {"identity": "x", "y": 1}]
)
def test_a_request_with_mistakes_says_where(site, body):
    answer = Program(site).post(EXCHANGE, json=body)
    assert (answer.status_code, answer.json["type"]) == (422, "urn:problem-type:chainrule:invalid")


def test_without_issuers_nothing_is_exchanged(site, actions, homework):
    site.app.extensions["chainrule"] = replace(site.services, settings=replace(site.services.settings, ci_issuers=()))
    assert exchange(site, actions.identity(), link=homework.code).status_code == 401
