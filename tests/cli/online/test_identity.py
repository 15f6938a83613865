"""`grader ci` on a runner without a secret: the runner's identity, a real issuer's keys, the real site."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from cli import assembly
from cli.online.identity import has_identity
from tests.cli.online.conftest import SERVICE
from tests.cli.online.test_ci import RIGHT, TOML
from tests.web.api.conftest import grade
from tests.web.pushes.actions import Actions
from tests.web.pushes.forge import Forge
from tests.web.pushes.test_commits import COMMIT
from tests.web.pushes.test_linking import link
from web.database.models import ApiToken, Submission
from web.pushes.hosts import issuers_of

ON_GITHUB = {
    "ACTIONS_ID_TOKEN_REQUEST_URL": "http://127.0.0.1/token?x=1",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "request",
    "GITHUB_EVENT_NAME": "push",
    "GITHUB_REF": "refs/heads/main",
}
ON_GITLAB = {"GRADER_ID_TOKEN": "x.y.z", "CI_COMMIT_BRANCH": "main", "CI_PIPELINE_SOURCE": "push"}


def test_a_push_to_a_branch_says_who_it_is():
    assert has_identity(ON_GITHUB)
    assert has_identity(ON_GITLAB)


@pytest.mark.parametrize(
    "surroundings",
    [
        {},
        ON_GITHUB | {"GITHUB_EVENT_NAME": "pull_request"},
        ON_GITHUB | {"GITHUB_REF": "refs/pull/3/merge"},
        ON_GITHUB | {"ACTIONS_ID_TOKEN_REQUEST_URL": ""},
        ON_GITLAB | {"CI_PIPELINE_SOURCE": "merge_request_event"},
        ON_GITLAB | {"CI_COMMIT_BRANCH": ""},
        ON_GITLAB | {"GRADER_ID_TOKEN": ""},
    ],
)
def test_nobody_else_does(surroundings):
    assert not has_identity(surroundings)


# With an issuer -------------------------------------------------------------------------------------------------


@pytest.fixture
def forge():
    with Forge() as running:
        yield running


@pytest.fixture
def settings(settings, forge):
    return replace(settings, ci_issuers=issuers_of(f"github={forge.base}"))


@pytest.fixture
def actions(site, forge):
    return Actions(forge, site.clock().timestamp()).forgotten_by(site)


@pytest.fixture
def runner(wire, forge, actions, monkeypatch, tmp_path):
    """A run for a push to Ada's repository, with `link` in its chainrule.toml."""
    known = {
        **ON_GITHUB,
        "ACTIONS_ID_TOKEN_REQUEST_URL": f"{forge.base}/token?x=1",
        "GITHUB_SHA": COMMIT,
        "GITHUB_REPOSITORY": "ada/homework",
        "GITHUB_REF_NAME": "main",
        "GITHUB_SERVER_URL": forge.base,
        "GITHUB_ACTIONS": "true",
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
    }
    for name, value in known.items():
        monkeypatch.setenv(name, value)
    wire.graded = lambda submission: grade(wire.site, submission)
    renew(actions)

    def write(code):
        (tmp_path / "solution.py").write_text(RIGHT)
        (tmp_path / "chainrule.toml").write_text((f'link = "{code}"\n' if code else "") + TOML)

    return write


def renew(actions):
    """The identity that the runner gets the next time it asks."""
    audience = "http%3A%2F%2F127.0.0.1%3A8000"
    actions.put(f"/token?x=1&audience={audience}", {"value": actions.identity()})


def submissions(wire):
    with wire.site.services.database.read() as session:
        return list(session.scalars(select(Submission)))


@pytest.mark.slow
@pytest.mark.usefixtures("trusted_box")
class TestOnARunner:
    def test_it_hands_in_without_any_secret_and_links_to_the_page(self, grader, wire, runner, forge, tmp_path):
        runner(link(wire.site, address=f"{forge.base}/ada/homework").code)
        code, _, err = grader("ci")
        assert code == 1, err  # a hidden check fails there
        (row,) = submissions(wire)
        assert (row.commit, row.branch, row.repository) == (COMMIT, "main", f"{forge.base}/ada/homework")
        assert f"(<{SERVICE}/submissions/{row.id}>)" in (tmp_path / "summary.md").read_text()
        asked = [headers for path, headers in forge.asked if path.startswith("/token")]
        assert asked[0]["Authorization"] == "Bearer request"

    def test_a_token_that_has_run_out_meanwhile_is_had_anew(self, grader, wire, runner, forge, actions):
        runner(link(wire.site, address=f"{forge.base}/ada/homework").code)

        def slowly(submission):
            with wire.site.services.database.write() as session:
                for token in session.scalars(select(ApiToken).where(ApiToken.commit.is_not(None))):
                    token.revoked_at = wire.site.clock()
            renew(actions)
            wire.graded = lambda found: grade(wire.site, found)

        wire.graded = slowly
        code, _, err = grader("ci")
        assert code == 1, err
        assert sum(path.startswith("/token") for path, _ in forge.asked) == 2

    def test_one_that_nobody_has_linked_yet_is_told_so_and_its_public_checks_count(self, grader, wire, runner):
        runner("")
        code, _, err = grader("ci")
        assert code == 0
        assert "is not known to be yours" in err
        assert "only the public checks ran" in err
        assert submissions(wire) == []

    def test_a_code_that_does_not_fit_is_refused(self, grader, wire, runner):
        """Whoever has written one means to hand in, and should see that nothing was."""
        runner("bcdfghjkmnpqrstv")
        code, _, err = grader("ci")
        assert (code, "is not known to be yours" in err) == (2, True)

    def test_a_runner_that_gives_no_identity_is_a_fault_that_can_be_repeated(self, grader, wire, runner, forge):
        runner(link(wire.site, address=f"{forge.base}/ada/homework").code)
        for path in [path for path in forge.answers if path.startswith("/token")]:
            del forge.answers[path]
        code, _, err = grader("ci", "--patience", "0")
        assert (code, "could not be asked who it is" in err) == (3, True)

    def test_an_issuer_that_is_away_is_a_fault_that_can_be_repeated(self, grader, wire, runner, forge):
        runner(link(wire.site, address=f"{forge.base}/ada/homework").code)
        forge.answers.pop("/jwks")
        code, _, err = grader("ci", "--patience", "0")
        assert code == 3, err

    def test_a_token_that_is_given_goes_before(self, grader, wire, runner, forge, program, monkeypatch):
        runner("")
        monkeypatch.setenv("GRADER_TOKEN", program("ada").token)
        assert grader("ci")[0] == 1
        assert [path for path, _ in forge.asked if path.startswith("/token")] == []

    def test_the_identity_is_written_nowhere(self, grader, wire, runner, forge, actions):
        runner(link(wire.site, address=f"{forge.base}/ada/homework").code)
        said = json.loads(next(c for path, (_, _, c) in forge.answers.items() if path.startswith("/token")))["value"]
        _, out, err = grader("ci")
        assert said not in out + err
        assert assembly.surroundings()["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] not in (out + err).split()
