"""A real git server on loopback and the whole service: what is pushed is graded, and its page says which commit it was."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from cli.bench.running import Student, running
from tests.serving import RIGHT, WRONG
from tests.web.pushes.forge import Forge
from web.accounts.sessions import digest
from web.database.models import ApiToken, Course, Membership, Push, Submission, User
from web.pushes import linking
from web.services import Services, now

pytestmark = pytest.mark.service

SECONDS = 60
EXAMPLE = Path(__file__).parents[3] / "deploy" / "post-receive"
TELLS = """#!/bin/sh
# As a host's webhook: an event is signed and sent.
set -eu
export SECRET={secret}
while read -r _ commit ref; do
  event=$(printf '{{"ref": "%s", "after": "%s", "repository": {{"full_name": "{name}", "html_url": "{base}/{name}"}}}}' "$ref" "$commit")
  signature=$(printf %s "$event" | python3 -c 'import hmac, os, sys
print(hmac.new(os.environ["SECRET"].encode(), sys.stdin.buffer.read(), "sha256").hexdigest())')
  curl --silent --show-error --max-time 20 --data-binary "$event" --header "Content-Type: application/json" \\
    --header "X-Gitea-Event: push" --header "X-Gitea-Signature: $signature" {hook}
done
"""


@dataclass
class Server(Forge):
    """Bare repositories in a folder: pushed to by git's own daemon, given as archives by HTTP."""

    folder: Path = Path()

    def __post_init__(self):
        self.answers = Archives(self.folder)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        line = ["git", "daemon", "--reuseaddr", "--listen=127.0.0.1", f"--port={self.port}", "--export-all"]
        line += ["--enable=receive-pack", f"--base-path={self.folder}", "--log-destination=none", str(self.folder)]
        self.daemon = subprocess.Popen(line, start_new_session=True)
        while not self._listens():
            assert self.daemon.poll() is None
            time.sleep(0.02)

    def _listens(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def close(self) -> None:
        os.killpg(self.daemon.pid, 15)
        self.daemon.wait(10)

    def repository(self, name: str, hook: str, **files: str) -> Path:
        """An empty one, that does this after each push."""
        path = self.folder / f"{name}.git"
        git("init", "--quiet", "--bare", str(path))
        (path / "hooks" / "post-receive").write_text(hook)
        (path / "hooks" / "post-receive").chmod(0o755)
        for file, text in files.items():
            (path / "hooks" / file.replace("_", ".")).write_text(text)
        return path

    def remote(self, name: str) -> str:
        return f"git://127.0.0.1:{self.port}/{name}.git"


class Archives(dict):
    """What the server gives, packed when it is asked for."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def get(self, path, default=None):
        name, _, commit = path.removeprefix("/").removesuffix(".zip").partition("/archive/")
        words = ["git", "-C", str(self.folder / f"{name}.git"), "archive", "--format=zip", "--prefix=homework/", commit]
        packed = subprocess.run(words, capture_output=True, check=False)
        return (200, {}, packed.stdout) if packed.returncode == 0 else default


def git(*words: str, folder: Path = Path()) -> str:
    named = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false")
    ran = subprocess.run(
        ["git", *named, *words], cwd=folder, check=True, capture_output=True, text=True, timeout=SECONDS
    )
    return ran.stdout.strip() + ran.stderr.strip()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Server(folder=tmp_path_factory.mktemp("git")) as made:
        yield made
        made.close()


@dataclass
class House:
    """The running service, and Ada in its course. key: with which it signs."""

    address: str
    services: Services
    key: str
    ada: int
    program: Student

    def link(self, host: str, name: str):
        """Ada's repository: (hook's address, its secret, the line's code)."""
        with self.services.database.write() as session:
            course = session.scalars(select(Course).where(Course.slug == "backprop")).one()
            found = linking.link(session, course, self.ada, linking.Wish(host, name), now(), self.ada)
            secret = linking.new_hook(session, found, self.key, now(), self.ada)
        return f"http://{self.address}/hooks/{found.id}", secret, found.code

    def submissions(self) -> list[Submission]:
        with self.services.database.read() as session:
            found = select(Submission).where(Submission.user_id == self.ada)
            return list(session.scalars(found.order_by(Submission.number)))

    def waits_for(self, commit: str) -> Submission:
        """What became of it."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            found = [one for one in self.submissions() if one.commit == commit and one.state != "waiting"]
            if found:
                return found[0]
            time.sleep(0.1)
        with self.services.database.read() as session:
            raise AssertionError([(one.state, one.words) for one in session.scalars(select(Push))])


@pytest.fixture(scope="module")
def house(server):
    with pytest.MonkeyPatch.context() as surroundings:
        surroundings.setenv("GRADER_GIT_HOSTS", f"gitea={server.base}")
        with running() as (home, address, services):
            with services.database.write() as session:
                ada = User(email="ada@pushes.example.org", name="Ada", created_at=now())
                course = session.scalars(select(Course).where(Course.slug == "backprop")).one()
                session.add(Membership(course=course, user=ada, role="student", created_at=now()))
                session.flush()
                known = {"name": "test", "scopes": "read", "created_at": now(), "expires_at": now() + timedelta(days=1)}
                session.add(ApiToken(digest=digest("a token of Ada's"), user_id=ada.id, **known))
            key = (home / "secret").read_text(encoding="ascii")
            program = Student(address, "a token of Ada's")
            yield House(address, services, key, ada.id, program)
            program.line.close()
            services.database.close()


@pytest.fixture
def work(tmp_path):
    """Ada's working tree."""
    git("init", "--quiet", "--initial-branch=main", folder=tmp_path)

    def commit(text: str, link: str = "") -> str:
        line = f'link = "{link}"\n' if link else ""
        (tmp_path / "chainrule.toml").write_text(f'{line}[exercises]\nproduct_gradient = ["solution.py"]\n')
        (tmp_path / "solution.py").write_text(text)
        git("add", ".", folder=tmp_path)
        git("commit", "--quiet", "--message", "Work", folder=tmp_path)
        return git("rev-parse", "HEAD", folder=tmp_path)

    commit.folder = tmp_path
    return commit


def test_a_push_is_fetched_graded_and_shown_with_its_commit(house, server, work):
    hook, secret, code = house.link(server.name, "ada/homework")
    server.repository("ada/homework", TELLS.format(hook=hook, secret=secret, name="ada/homework", base=server.base))
    commit = work(RIGHT, code)
    said = git("push", "--quiet", server.remote("ada/homework"), "main", folder=work.folder)
    assert '"state":"waiting"' in said, "the pusher hears that it has arrived"
    row = house.waits_for(commit)
    assert (row.state, row.branch, row.source) == ("graded", "main", "push")
    found = house.program.ask("GET", f"/submissions/{row.id}")
    assert (found["points"], found["commit"]) == (found["out_of"], commit)
    assert found["repository"] == f"{server.base}/ada/homework"

    before = len(house.submissions())
    git("push", "--quiet", server.remote("ada/homework"), "main:again", folder=work.folder)
    wrong = work(WRONG, code)
    git("push", "--quiet", server.remote("ada/homework"), "main", folder=work.folder)
    row = house.waits_for(wrong)
    assert house.program.ask("GET", f"/submissions/{row.id}")["points"] < found["out_of"]
    assert len(house.submissions()) == before + 1, "a commit on a second branch is the same submission"


def test_a_push_without_the_code_hands_nothing_in(house, server, work):
    hook, secret, _ = house.link(server.name, "ada/other")
    server.repository("ada/other", TELLS.format(hook=hook, secret=secret, name="ada/other", base=server.base))
    commit = work(f"# of somebody else\n{RIGHT}")
    git("push", "--quiet", server.remote("ada/other"), "main", folder=work.folder)
    end = time.monotonic() + SECONDS
    state = ""
    while state != "refused" and time.monotonic() < end:
        time.sleep(0.1)
        with house.services.database.read() as session:
            state = session.scalars(select(Push.state).where(Push.commit == commit)).one()
    assert state == "refused"
    assert commit not in {one.commit for one in house.submissions()}


def test_the_hook_that_ships_with_the_product_sends_the_commit_along(house, server, work):
    """From a server that nobody has listed; its file names are those of a bare repository."""
    hook, secret, _ = house.link("git.home.example", "ada/homework")
    settings = f"CHAINRULE_HOOK={hook}\nCHAINRULE_SECRET={secret}\n"
    server.repository("ada/private", EXAMPLE.read_text(encoding="utf-8"), chainrule_env=settings)
    commit = work(f"# sent along\n{RIGHT}")
    said = git("push", "--quiet", server.remote("ada/private"), "main", folder=work.folder)
    pages = json.loads(said.partition("remote: ")[2].split("\n")[0].strip())["pages"]
    row = house.waits_for(commit)
    assert pages == {"product_gradient": f"http://{house.address}/submissions/{row.id}"}
    assert (row.state, row.repository) == ("graded", "https://git.home.example/ada/homework")
