"""What a hand-in says of where it comes from: what CI says, else what git knows, and never a password."""

from __future__ import annotations

import subprocess

import pytest

from cli.online.origin import Origin, origin_of, plain_address

COMMIT = "0123456789abcdef" * 2 + "01234567"
CI = ("GITHUB_SHA", "GITHUB_REPOSITORY", "GITHUB_REF_NAME", "GITHUB_HEAD_REF", "GITHUB_SERVER_URL", "CI_COMMIT_SHA")


@pytest.fixture
def surroundings(monkeypatch):
    """A runner's variables, and no others."""

    def put(**values):
        for name in CI:
            monkeypatch.delenv(name, raising=False)
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    put()
    return put


def test_on_github_its_variables_say_it(surroundings):
    surroundings(GITHUB_SHA=COMMIT, GITHUB_REPOSITORY="ada/homework", GITHUB_REF_NAME="main")
    assert origin_of(()) == Origin(COMMIT, "main", "https://github.com/ada/homework")


def test_on_gitlab_its_variables_say_it(surroundings):
    address = "https://git.example.edu/course/ada"
    surroundings(CI_COMMIT_SHA=COMMIT, CI_COMMIT_REF_NAME="main", CI_PROJECT_URL=address)
    assert origin_of(()) == Origin(COMMIT, "main", address)


def test_what_is_no_commit_is_not_sent(surroundings):
    surroundings(GITHUB_SHA="refs/heads/main", GITHUB_REPOSITORY="ada/homework", GITHUB_REF_NAME="main")
    assert origin_of(()) == Origin()


def test_a_branch_that_the_service_would_refuse_is_left_out(surroundings):
    surroundings(GITHUB_SHA=COMMIT, GITHUB_REPOSITORY="ada/homework", GITHUB_REF_NAME="x" * 201)
    assert origin_of(()).branch == ""


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://github.com/ada/homework.git", "https://github.com/ada/homework"),
        ("https://ada:gho_secret@GitHub.com/ada/homework/", "https://github.com/ada/homework"),
        ("git@github.com:ada/homework.git", "https://github.com/ada/homework"),
        ("ssh://git@git.example.edu:2222/course/ada.git", "https://git.example.edu/course/ada"),
        ("/srv/git/ada.git", ""),
        ("../ada", ""),
        ("", ""),
    ],
)
def test_a_remote_becomes_an_address_without_what_is_secret_in_it(remote, address):
    assert plain_address(remote) == address


@pytest.mark.slow
def test_git_is_asked_elsewhere_and_only_of_files_as_they_were_committed(surroundings, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "solution.py"
    assert origin_of([path]) == Origin()

    def git(*words):
        named = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false")
        return subprocess.run(["git", *named, *words], check=True, capture_output=True, text=True).stdout.strip()

    git("init", "--quiet", "--initial-branch", "main")
    git("remote", "add", "origin", "https://ada:secret@github.com/ada/homework.git")
    path.write_text("x = 1\n")
    git("add", ".")
    git("commit", "--quiet", "--message", "Begin")
    assert origin_of([path]) == Origin(git("rev-parse", "HEAD"), "main", "https://github.com/ada/homework")
    path.write_text("x = 2\n")
    assert origin_of([path]) == Origin(), "these files are no commit's"
    git("commit", "--quiet", "--all", "--message", "Go on")
    (tmp_path / "other.py").write_text("x = 3\n")
    assert origin_of([tmp_path / "other.py"]) == Origin(), "nor is one that was never added"
    assert origin_of([path]).commit == git("rev-parse", "HEAD")
