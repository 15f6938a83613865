"""A webhook: what is signed becomes a row, and nothing else does anything."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import re
import time
import zipfile

import pytest
from sqlalchemy import select

from tests.web.conftest import RIGHT
from tests.web.pushes.test_commits import COMMIT
from tests.web.pushes.test_linking import PAGE, link, repositories
from web.database.models import Course, Push, Submission
from web.pushes.linking import hook_secret

TOML = '[exercises]\nproduct_gradient = ["solution.py"]\n'


def secret_of(site, found, who="ada") -> str:
    answer = site.client(who).post(f"{PAGE}/{found.id}/hook")
    shown = re.search(r'name="secret"[^>]* value="([0-9a-f]{64})"', answer.text)
    assert shown[1] not in site.client(who).get(PAGE).text, "it is shown once"
    return shown[1]


@pytest.fixture
def hook(site, stages):
    """Ada's, as her host would use it."""
    return Hook(site, *stages.begin(site, linked))


def linked(site) -> tuple[int, str]:
    found = link(site)
    return found.id, secret_of(site, found)


class Hook:
    def __init__(self, site, number, secret):
        self.site, self.number, self.secret = site, number, secret

    def sign(self, content: bytes) -> str:
        return "sha256=" + hmac.new(self.secret.encode(), content, hashlib.sha256).hexdigest()

    def send(self, content: bytes, **headers):
        sent = {"X-Hub-Signature-256": self.sign(content), "X-GitHub-Event": "push", "Content-Type": "application/json"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        known = {name: value for name, value in sent.items() if value is not None}
        return self.site.app.test_client().post(f"/hooks/{self.number}", data=content, headers=known)

    def push(self, **changes):
        return self.send(json.dumps(payload(**changes)).encode())


def payload(commit=COMMIT, ref="refs/heads/main", name="ada/homework", host="https://github.com"):
    repository = {"full_name": name, "html_url": f"{host}/{name}", "clone_url": f"{host}/{name}.git"}
    return {"ref": ref, "after": commit, "repository": repository}


def pushes(site) -> list[Push]:
    with site.services.database.read() as session:
        return list(session.scalars(select(Push)))


def test_a_push_is_written_down_before_it_is_answered(site, hook):
    answer = hook.push()
    assert (answer.status_code, answer.json["state"]) == (202, "waiting")
    (push,) = pushes(site)
    assert (push.commit, push.branch, push.state) == (COMMIT, "main", "waiting")
    assert COMMIT[:7] in site.client("ada").get(PAGE).text


def test_a_ping_is_answered(hook, site):
    answer = hook.send(b"{}", X_GitHub_Event="ping")
    assert (answer.status_code, answer.json, pushes(site)) == (200, {"ping": "pong"}, [])


def test_gitlab_and_gitea_are_understood_too(site):
    found = link(site, address="https://git.example.edu/course/ada")
    secret = secret_of(site, found)
    told = {"path_with_namespace": "course/ada", "web_url": "https://git.example.edu/course/ada"}
    body = json.dumps({"object_kind": "push", "ref": "refs/heads/main", "after": COMMIT, "project": told}).encode()
    headers = {"X-GitHub-Event": None, "X-Hub-Signature-256": None, "X-Gitlab-Event": "Push Hook"}
    lab = Hook(site, found.id, secret)
    assert lab.send(body, **headers, **{"X-Gitlab-Token": secret}).status_code == 202
    other = link(site, address="https://code.example.org/ada/homework")
    tea = Hook(site, other.id, secret_of(site, other))
    body = json.dumps(payload(host="https://code.example.org")).encode()
    signature = tea.sign(body).removeprefix("sha256=")
    headers = {"X-Hub-Signature-256": None, "X-GitHub-Event": None, "X-Gitea-Event": "push"}
    assert tea.send(body, **headers, **{"X-Gitea-Signature": signature}).status_code == 202


def test_a_replay_changes_nothing(site, hook):
    assert [hook.push().status_code for _ in range(3)] == [202, 200, 200]
    assert len(pushes(site)) == 1


FORGED = {
    "no signature": None,
    "an empty one": "",
    "no hex": "sha256=zz",
    "another algorithm": "sha1=" + "0" * 40,
    "another secret": "sha256=" + "0" * 64,
    "letters outside ASCII": "sha256=ü",
}


@pytest.mark.parametrize("what", FORGED)
def test_what_is_not_signed_is_refused_and_nothing_is_written(site, hook, what):
    answer = hook.send(json.dumps(payload()).encode(), X_Hub_Signature_256=FORGED[what])
    assert (answer.status_code, answer.json["type"]) == (401, "urn:problem-type:chainrule:unsigned")
    assert pushes(site) == []


def test_a_signature_is_for_its_very_content(site, hook):
    signature = hook.sign(json.dumps(payload()).encode())
    other = json.dumps(payload(commit="f" * 40)).encode()
    assert hook.send(other, X_Hub_Signature_256=signature).status_code == 401


def test_the_secret_of_another_repository_opens_nothing(site, hook):
    bens = link(site, "ben", "https://github.com/ben/homework")
    site.client("ben").post(f"{PAGE}/{bens.id}/hook")
    stolen = Hook(site, bens.id, hook.secret)
    assert stolen.push(name="ben/homework").status_code == 401


def test_a_repository_without_a_webhook_and_none_at_all_answer_alike(site):
    found = link(site)
    made_up = hook_secret(found, site.services.settings.secret_key)  # what a row without a hook would give
    answers = [Hook(site, number, made_up).push() for number in (found.id, 999)]
    assert [(one.status_code, one.json["type"]) for one in answers] == [
        (401, "urn:problem-type:chainrule:unsigned")
    ] * 2


def test_a_number_that_no_row_can_have_is_not_there(site):
    assert Hook(site, 10**30, "x").push().status_code == 404
    assert site.client("ada").post(f"{PAGE}/{10**30}/token").status_code == 404


def test_a_new_secret_ends_the_one_before_and_unlinking_ends_both(site, hook):
    found = repositories(site)[0]
    newer = Hook(site, found.id, secret_of(site, found))
    assert (hook.push().status_code, newer.push().status_code) == (401, 202)
    site.client("ada").post(f"{PAGE}/{found.id}/unlink")
    assert newer.push().status_code == 401


def test_who_reads_the_database_alone_cannot_sign(site, hook):
    row = repositories(site)[0]
    assert hook.secret not in repr(vars(row))


@pytest.mark.parametrize(
    "changes", [{"name": "ben/homework"}, {"host": "https://evil.example"}, {"host": "https://github.com.evil.example"}]
)
def test_a_push_of_another_repository_is_refused(site, hook, changes):
    """Mallory, say, who knows her own secret and asks for Ben's work."""
    answer = hook.push(**changes)
    assert (answer.status_code, answer.json["type"]) == (403, "urn:problem-type:chainrule:other-repository")
    assert pushes(site) == []


def test_a_host_that_is_not_listed_is_not_fetched_from(site):
    found = link(site, address="https://10.0.0.7/ada/homework")
    answer = Hook(site, found.id, secret_of(site, found)).push(host="https://10.0.0.7")
    assert (answer.status_code, answer.json["type"]) == (403, "urn:problem-type:chainrule:unlisted-host")


@pytest.mark.parametrize(
    "changes",
    [
        {"ref": "refs/tags/v1"},
        {"ref": "refs/pull/3/merge"},
        {"ref": ""},
        {"ref": "refs/heads/\ud800"},
        {"ref": "refs/heads/a\x00b"},
        {"commit": "0" * 40},
        {"commit": "main"},
        {"commit": "../../../etc"},
        {"name": "ada/../ben"},
    ],
)
def test_tags_deletions_and_nonsense_are_passed_over(site, hook, changes):
    answer = hook.push(**changes)
    assert answer.status_code == 200
    assert "ignored" in answer.json
    assert pushes(site) == []


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b"\xff"])
def test_what_is_no_json_is_refused(hook, body):
    assert hook.send(body).status_code == 400


@pytest.mark.parametrize("body", [b"[]", b"7", b'{"repository": 7, "ref": [], "after": {}}'])
def test_json_that_is_no_event_is_passed_over(hook, body):
    assert hook.send(body).status_code == 200


def test_too_much_is_refused(hook):
    assert hook.send(b"x" * 2_200_000).status_code == 413


def test_guessing_is_slowed_down_and_closes_nobody_elses_hook(site, hook):
    for _ in range(31):
        last = hook.send(b"{}", X_Hub_Signature_256="sha256=" + "0" * 64)
    assert last.status_code == 429
    bens = link(site, "ben", "https://github.com/ben/homework")
    answer = site.client("ben").post(f"{PAGE}/{bens.id}/hook")
    secret = re.search(r'value="([0-9a-f]{64})"', answer.text)[1]
    assert Hook(site, bens.id, secret).push(name="ben/homework").status_code == 202


# The commit sent along -------------------------------------------------------------------------------------


def archive(files=None, comment=COMMIT, top="") -> bytes:
    """As `git archive --format=zip` makes it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in (files or {"chainrule.toml": TOML, "solution.py": RIGHT}).items():
            made.writestr(top + name, text)
        made.comment = comment.encode()
    return stream.getvalue()


def send_along(hook, content, ref="refs/heads/main", signed_ref=None, **headers):
    """As deploy/post-receive does it."""
    told = ref.encode() if signed_ref is None else signed_ref.encode()
    sent = {
        "X_Hub_Signature_256": None,
        "X_GitHub_Event": None,
        "Content_Type": "application/zip",
        "X_Chainrule_Ref": ref.encode().decode("latin-1"),
        "X_Chainrule_Signature": hook.sign(b"chainrule-commit\n" + told + b"\n" + content),
    }
    return hook.send(content, **(sent | headers))


def test_a_commit_that_is_sent_along_is_handed_in_at_once(site, hook):
    answer = send_along(hook, archive())
    assert (answer.status_code, answer.json["state"]) == (201, "done")
    page = answer.json["pages"]["product_gradient"]
    with site.services.database.read() as session:
        row = session.scalars(select(Submission)).one()
    assert page.endswith(f"/submissions/{row.id}")
    assert (row.source, row.commit, row.branch, row.user_id) == ("push", COMMIT, "main", site.people["ada"])
    assert row.repository == "https://github.com/ada/homework"
    assert f"/submissions/{row.id}" in site.client("ada").get(PAGE).text


def test_the_branch_of_a_commit_that_is_sent_along_is_signed_too(site, hook):
    """Whoever can change a header on the way could else say where Ada has it from."""
    for ref in ("refs/heads/other", ""):
        assert send_along(hook, archive(), ref, signed_ref="refs/heads/main").status_code == 401
    assert pushes(site) == []


@pytest.mark.parametrize("name", ["X_Hub_Signature_256", "X_Gitea_Signature", "X_Gitlab_Token"])
def test_a_hosts_signature_is_none_for_a_commit_that_is_sent_along_nor_the_other_way(site, hook, name):
    """Nothing that was signed as one thing can be sent as another."""
    content = archive()
    right = {"X_Gitlab_Token": hook.secret, "X_Gitea_Signature": hook.sign(content).removeprefix("sha256=")}
    given = {name: right.get(name, hook.sign(content)), "X_Chainrule_Signature": None}
    assert send_along(hook, content, **given).status_code == 401
    event = json.dumps(payload()).encode()
    both = {"X_Hub_Signature_256": None, "X_Chainrule_Signature": hook.sign(event), "X_Chainrule_Ref": ""}
    assert hook.send(event, **both).status_code == 401
    assert pushes(site) == []


def test_a_branch_may_be_called_in_any_letters(site, hook):
    assert send_along(hook, archive(), "refs/heads/作业").status_code == 201
    assert [push.branch for push in pushes(site)] == ["作业"]


def test_sent_along_twice_it_is_one_submission(site, hook):
    first, again = (send_along(hook, archive()) for _ in range(2))
    assert (first.status_code, again.status_code, again.json["pages"]) == (201, 200, first.json["pages"])
    assert len(pushes(site)) == 1


def test_what_ci_and_a_webhook_bring_of_one_commit_is_one_submission(site, hook, ada):
    by_ci = {"files": [{"name": "solution.py", "text": RIGHT}], "commit": COMMIT}
    first = ada.hand_in(json=by_ci).json["submission"]
    answer = send_along(hook, archive())
    assert answer.json["pages"]["product_gradient"].endswith(first)


UNFIT = {
    "no archive": (b"PK", 422),
    "no commit": (archive(comment=""), 422),
    "no settings": (archive({"solution.py": RIGHT}), 422),
    "settings that are no TOML": (archive({"chainrule.toml": "[exercises", "solution.py": RIGHT}), 422),
    "settings that are nested too deeply": (archive({"chainrule.toml": "x = " + "[" * 30_000}), 422),
    "no exercise": (archive({"chainrule.toml": "link = 'x'\n"}), 422),
    "a path that leads out": (archive({"chainrule.toml": '[exercises]\nproduct_gradient = "../x.py"\n'}), 422),
    "a name that leads out": (archive({"chainrule.toml": TOML, "../solution.py": RIGHT}), 422),
    "an exercise that is no name": (archive({"chainrule.toml": '[exercises]\n"a\\u0000b" = "x.py"\n'}), 422),
    "another course": (archive({"chainrule.toml": 'course = "other"\n' + TOML, "solution.py": RIGHT}), 422),
}


@pytest.mark.parametrize("what", UNFIT)
def test_an_archive_that_cannot_be_used_says_why(site, hook, what):
    content, status = UNFIT[what]
    answer = send_along(hook, content)
    assert answer.status_code == status, answer.json
    assert len(answer.json["detail"]) > 20
    assert pushes(site) == []


REFUSED = {
    "an exercise that is not set": (
        {"chainrule.toml": '[exercises]\nlinear_loss = "solution.py"\n'},
        "no exercise linear_loss",
    ),
    "a file that is not there": ({"chainrule.toml": TOML}, "no .py and no .ipynb"),
    "a bomb": ({"chainrule.toml": TOML, "solution.py": "x" * 1_900_000}, "too tightly"),
    "two solutions": (
        {"chainrule.toml": '[exercises]\nproduct_gradient = ["solution.py", "old.py"]\n', "old.py": RIGHT},
        "both define product_backward",
    ),
    "two files of one name": (
        {"chainrule.toml": '[exercises]\nproduct_gradient = ["solution.py", "old"]\n', "old/solution.py": RIGHT},
        "solution.py",
    ),
    "an empty file": ({"chainrule.toml": TOML, "solution.py": ""}, "empty"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_handed_in_is_told_on_the_page(site, hook, what):
    files, words = REFUSED[what]
    answer = send_along(hook, archive({"solution.py": RIGHT} | files if what != "a file that is not there" else files))
    assert (answer.status_code, answer.json["state"]) == (201, "refused")
    assert words in answer.json["words"]["en"]
    with site.services.database.read() as session:
        assert session.scalars(select(Submission)).all() == []
    assert "not handed in" in site.client("ada").get(PAGE).text


def test_after_the_deadline_nothing_is_taken(site, hook):
    site.clock.advance(days=8)
    answer = send_along(hook, archive())
    assert "deadline has passed" in answer.json["words"]["en"]


def test_a_course_that_is_a_draft_takes_nothing_from_its_students_by_a_push_either(site, hook):
    with site.services.database.write() as session:
        session.query(Course).filter_by(slug="backprop").one().draft = True
    answer = send_along(hook, archive())
    assert (answer.json["pages"], answer.json["words"]["en"]) == ({}, "product_gradient: This course is not open yet.")


def test_two_exercises_are_two_submissions_and_each_says_what_came_of_it(site, hook):
    toml = TOML + 'mlp_backward = ["mlp.py"]\nlinear_loss = ["mlp.py"]\n'
    answer = send_along(hook, archive({"chainrule.toml": toml, "solution.py": RIGHT, "mlp.py": "x = 1\n"}))
    assert set(answer.json["pages"]) == {"product_gradient", "mlp_backward"}
    assert "linear_loss" in answer.json["words"]["en"]


def test_a_repository_for_one_exercise_hands_in_no_other(site):
    found = link(site, exercise="mlp_backward")
    answer = send_along(Hook(site, found.id, secret_of(site, found)), archive())
    assert answer.status_code == 422
    assert "mlp_backward" in answer.json["detail"]


def test_an_archive_of_many_empty_files_is_refused_and_its_directory_read_once(site, hook, monkeypatch):
    """Two megabytes of names cost a second each time they are read, and once an exercise they cost a minute."""
    read = []
    opened = zipfile.ZipFile._RealGetContents
    monkeypatch.setattr(zipfile.ZipFile, "_RealGetContents", lambda self: (read.append(1), opened(self))[1])
    toml = TOML + 'mlp_backward = ["mlp.py"]\nsoftmax_derivative = ["softmax.py"]\n'
    few = {"chainrule.toml": toml, "solution.py": RIGHT, "mlp.py": "x = 1\n", "softmax.py": "x = 1\n"}
    assert len(send_along(hook, archive(few)).json["pages"]) == 3
    assert len(read) == 2, "for the commit, and for all exercises"
    many = few | {f"{number:x}": "" for number in range(12_001)}
    answer = send_along(hook, archive(many, comment="f" * 40))
    assert (answer.status_code, len(pushes(site))) == (422, 1)


def test_settings_that_take_the_parser_long_are_refused(hook):
    """A key of 31 000 parts took it 12 seconds."""
    began = time.process_time()
    for length in (31_000, 3_900):
        content = archive({"chainrule.toml": ".".join("a" * length) + " = 1\n", "solution.py": RIGHT})
        assert send_along(hook, content).status_code == 422
    assert time.process_time() - began < 2


def test_many_folders_for_many_files_cost_no_time(hook):
    """Each file was asked of each folder whether it is hidden, and is in it."""
    nested = [f"{'a/' * depth}a" for depth in range(1, 45)]
    listed = ", ".join(f'"{name}"' for name in nested)
    files = {f"{'a/' * 46}.{number:x}.py": "" for number in range(5_000)}
    began = time.process_time()
    send_along(hook, archive({"chainrule.toml": f"[exercises]\nproduct_gradient = [{listed}]\n"} | files))
    assert time.process_time() - began < 3
