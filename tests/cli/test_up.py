"""`grader up`, as far as it can be told without starting it: what each part gets to know, and what is said."""

from __future__ import annotations

import errno
import json
import re
import sys
from pathlib import Path

import pytest

from cli import up
from cli.home import Refused, held
from cli.service import Plan, parts

SURROUNDINGS = {
    "PATH": "/usr/bin",
    "LANG": "zh_CN.UTF-8",
    "LC_ALL": "C.UTF-8",
    "GRADER_SLOTS": "3",
    "GRADER_BOX_MEMORY_MIB": "512",
    "GRADER_SECRET_KEY": "secret",
    "GRADER_OIDC_CLIENT_SECRET": "secret",
    "GRADER_HOME": "somewhere/relative",
    "DATABASE_URL": "postgresql://grace:secret@host/db",
    "DATABASE_PASSWORD_FILE": "secret",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "SSH_AUTH_SOCK": "secret",
    "PYTHONPATH": "secret",
}
SITE = {"database", "demo", "recorder", "reconciler", "site"}


class Listener:
    """A socket that nobody opened."""

    def __init__(self, host: str = "127.0.0.1", port: int = 8000) -> None:
        self.name = (host, port)

    def getsockname(self):
        return self.name

    def fileno(self):
        return 7


def planned(*, demo: bool = True, **changes: str):
    plan = Plan(Path("/data"), Listener(), SURROUNDINGS | changes, demo=demo)
    return {part.name: part for part in parts(plan)}


def test_what_stands_beside_students_code_knows_neither_database_nor_key():
    for name in ("queue", "worker"):
        environment = planned()[name].environment
        assert "secret" not in " ".join(environment.values())
    worker = dict(planned(REDIS_URL="redis://:password@host")["worker"].environment)
    assert worker == {
        "PATH": "/usr/bin", "LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8", "GRADER_SLOTS": "3",
        "GRADER_BOX_MEMORY_MIB": "512", "GRADER_HOME": "/data", "REDIS_URL": "redis://:password@host",
    }  # fmt: skip


def test_every_setting_of_the_worker_reaches_it():
    """Else `GRADER_GPU=1 ./run` would lend the first GPU."""
    text = (Path(__file__).parents[2] / "docs" / "settings.md").read_text(encoding="utf-8").split("## The worker")[1]
    named = re.findall(r"`((?:GRADER|REDIS)_[A-Z_]+)`", text.split("What `./run` itself reads")[0])
    environment = planned(**dict.fromkeys(named, "1"))["worker"].environment
    assert {"GRADER_GPU", "GRADER_PUBLISHED", *named} <= set(environment)


def test_the_site_gets_its_settings_and_no_other_secrets_of_its_user():
    for name in SITE:
        environment = planned()[name].environment
        assert environment["DATABASE_URL"] == SURROUNDINGS["DATABASE_URL"]
        assert environment["GRADER_SECRET_KEY"] == "secret"
        assert environment["GRADER_HOME"] == "/data"
        assert environment["GRADER_PORT"] == "8000"
        assert not {"AWS_SECRET_ACCESS_KEY", "SSH_AUTH_SOCK", "PYTHONPATH"} & set(environment)


def test_no_module_of_the_working_directory_stands_in_for_ours():
    """Grace may start it in a folder where students' files lie, one of them called web.py."""
    for part in planned().values():
        assert part.command[:2] == (sys.executable, "-P")


def test_an_outside_queue_is_used_and_none_started():
    assert "queue" not in planned(REDIS_URL="redis://host")
    assert all("queue" not in part.after for part in planned(REDIS_URL="redis://host").values())


def test_each_part_comes_after_those_it_waits_for():
    names = list(planned())
    assert names[-1] == "site"  # and so it is the first to end: nothing is handed in to a service that stops
    assert names.index("recorder") < names.index("worker")  # what is being graded is still recorded
    for part in planned().values():
        assert all(names.index(before) < names.index(part.name) for before in part.after)


def test_without_a_demo_none_is_made():
    assert "demo" not in planned(demo=False)


# What is said -------------------------------------------------------------------------------------------


def test_when_all_is_ready_it_says_where_to_go_and_as_whom(tmp_path):
    people = [{"name": "Grace", "email": "grace@example.org", "password": "fs93-kd", "role": "instructor"}]
    (tmp_path / "demo.json").write_text(json.dumps(people))
    said = up.greeting(tmp_path, "http://127.0.0.1:8000/", "en", demo=True)
    assert "Open http://127.0.0.1:8000/" in said
    assert "  grace@example.org    fs93-kd        Grace, instructor" in said
    assert "教师" in up.greeting(tmp_path, "http://127.0.0.1:8000/", "zh", demo=True)
    assert "grace" not in up.greeting(tmp_path, "http://127.0.0.1:8000/", "en", demo=False)


def test_without_people_of_a_demo_it_says_where_to_go(tmp_path):
    assert "sign in with" not in up.greeting(tmp_path, "http://127.0.0.1:8000/", "en", demo=True)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:80/"),
        ("0.0.0.0", "http://127.0.0.1:80/"),
        ("::", "http://[::1]:80/"),
        ("10.0.0.7", "http://10.0.0.7:80/"),
    ],
)
def test_the_address_is_one_that_a_browser_here_can_open(host, address):
    assert up.address_of(Listener(host, 80)) == address


def test_a_port_in_use_is_told_from_one_that_may_not_be_had():
    for number, words in ((errno.EADDRINUSE, "in use by another program"), (errno.EACCES, "Permission denied")):
        refused = up.no_port("127.0.0.1", 80, OSError(number, "Permission denied"))
        assert words in refused.text.en
        assert "--port 8001" in refused.remedy.en


def test_a_folder_is_held_by_one_at_a_time(tmp_path):
    with held(tmp_path), pytest.raises(Refused, match=r"runs on .* already \(process \d+\)"), held(tmp_path):
        pass
    with held(tmp_path):
        pass


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("GRADER_PORT", "eighty", "GRADER_PORT must be a whole number"),
        ("GRADER_PRODUCTION", "1", "GRADER_SECRET_KEY or GRADER_SECRET_KEY_FILE must be set"),
        ("GRADER_HOME", "/proc/no-such-folder", "cannot be written to"),
        ("GRADER_HOME", f"/tmp/{'x' * 120}", "too long for the name of a socket"),
    ],
)
def test_settings_that_make_no_sense_are_named(grader, tmp_path, monkeypatch, variable, value, words):
    for name in ("GRADER_SECRET_KEY", "GRADER_SECRET_KEY_FILE", "GRADER_PRODUCTION", "GRADER_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GRADER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv(variable, value)
    code, _, err = grader("up")
    assert code == 2
    assert words in err
    assert "→" in err
