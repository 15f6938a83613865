"""Signing in: a token is tried, kept for its owner alone, and never shown."""

from __future__ import annotations

import io
import stat

import pytest

from cli.online.client import BadAddress, address
from cli.online.tokens import keep, kept, path
from tests.cli.online.conftest import SERVICE


@pytest.fixture
def pasted(monkeypatch):
    """What somebody pastes."""
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_a_token_is_tried_then_kept_where_only_its_owner_can_read(grader, wire, program, pasted, tmp_path):
    token = program("ada").token
    pasted(f"{token}\n")
    code, out, err = grader("login", "--token", "-", "--service", SERVICE)
    assert (code, token in out + err) == (0, False)
    assert "Ada (ada@example.org)" in out
    kept_at = path(tmp_path / "config")
    assert stat.S_IMODE(kept_at.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept_at.parent.stat().st_mode) == 0o700
    assert kept(tmp_path / "config") == {SERVICE: token}


def test_after_that_the_service_need_not_be_named_and_logout_forgets_it(grader, wire, program, pasted):
    pasted(program("ada", course="backprop").token)
    grader("login", "--token", "-", "--service", f"{SERVICE}/")
    code, out, _ = grader("whoami")
    assert (code, "Course: backprop" in out) == (0, True)
    code, out, _ = grader("logout")
    assert (code, "revoked there" in out) == (0, True)
    code, _, err = grader("whoami", "--service", SERVICE)
    assert (code, "login" in err) == (2, True)


def test_a_wrong_an_expired_and_a_revoked_token_are_refused_and_not_kept(grader, wire, program, pasted, tmp_path):
    from datetime import UTC, datetime

    past = datetime(2020, 1, 1, tzinfo=UTC)
    expired, revoked = program("ada", expires_at=past).token, program("ada", revoked_at=past).token
    for token in ("x" * 43, expired, revoked):
        pasted(token)
        code, _, err = grader("login", "--token", "-", "--service", SERVICE)
        assert (code, "token" in err.lower()) == (2, True)
        pasted(token)
        assert "令牌" in grader("login", "--token", "-", "--service", SERVICE, "--lang", "zh")[2]
    assert kept(tmp_path / "config") == {}


@pytest.mark.parametrize("nonsense", ["", "two words of nonsense", "short", "ключ-ключ-ключ"])
def test_what_is_no_token_is_not_even_sent(grader, wire, pasted, nonsense):
    pasted(nonsense)
    assert grader("login", "--token", "-", "--service", SERVICE)[0] == 2
    assert wire.requests == []


def test_a_file_of_tokens_that_others_can_read_is_closed_to_them_and_a_damaged_one_is_empty(tmp_path):
    place = path(tmp_path)
    place.parent.mkdir()
    place.write_text('{"https://a.example": "token"}')
    place.chmod(0o644)
    assert kept(tmp_path) == {"https://a.example": "token"}
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    place.write_text("[[[")
    assert kept(tmp_path) == {}


def test_a_token_that_is_signed_out_opens_nothing_any_more(grader, wire, program, pasted):
    ada = program("ada")
    pasted(ada.token)
    grader("login", "--token", "-", "--service", SERVICE)
    assert ada.get("whoami").status_code == 200
    assert grader("logout")[0] == 0
    assert ada.get("whoami").status_code == 401


def test_without_the_service_the_token_is_forgotten_and_it_is_said_that_it_stays_good(
    grader, wire, program, pasted, tmp_path
):
    pasted(program("ada").token)
    grader("login", "--token", "-", "--service", SERVICE)
    wire.broken.append((502, b"<html>", ""))
    code, out, _ = grader("logout")
    assert (code, "stays good until" in out, "HTTP 502" in out) == (0, True, True)
    assert kept(tmp_path / "config") == {}


def test_a_token_on_the_command_line_is_refused_for_others_can_read_it_there(grader, wire, program):
    code, out, err = grader("login", "--token", program("ada").token, "--service", SERVICE)
    assert (code, out, "stdin" in err, wire.requests) == (2, "", True, [])


@pytest.fixture
def ring(monkeypatch):
    """The real package, with a keyring of this test's behind it."""
    keyring = pytest.importorskip("keyring")
    from keyring.backend import KeyringBackend

    class InMemory(KeyringBackend):
        priority, locked, tokens = 5, False, {}

        def _open(self):
            if self.locked:
                raise keyring.errors.KeyringLocked("locked")
            return self.tokens

        def get_password(self, service, username):
            return self._open().get((service, username))

        def set_password(self, service, username, password):
            self._open()[service, username] = password

        def delete_password(self, service, username):
            del self._open()[service, username]

    before, made = keyring.get_keyring(), InMemory()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


def test_where_there_is_a_keyring_the_file_names_the_service_and_holds_no_token(
    ring, grader, wire, program, pasted, tmp_path
):
    token = program("ada").token
    pasted(token)
    assert "keyring" in grader("login", "--token", "-", "--service", SERVICE)[1]
    assert token not in path(tmp_path / "config").read_text()
    assert (ring.tokens, kept(tmp_path / "config")) == ({("chainrule", SERVICE): token}, {SERVICE: token})
    assert grader("whoami")[0] == 0
    assert grader("logout")[0] == 0
    assert (ring.tokens, path(tmp_path / "config").read_text()) == ({}, "{}")


def test_a_locked_keyring_is_as_good_as_none(ring, tmp_path):
    keep(tmp_path, "https://a.example", "one-token")
    ring.locked = True
    assert kept(tmp_path) == {}
    assert keep(tmp_path, "https://b.example", "another-token") == ""
    assert kept(tmp_path) == {"https://b.example": "another-token"}


@pytest.mark.parametrize(
    ("given", "kept_as"),
    [
        ("https://grader.example.org/", "https://grader.example.org"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
        ("https://example.org/grader/", "https://example.org/grader"),
    ],
)
def test_an_address_has_no_slash_at_its_end(given, kept_as):
    assert address(given) == kept_as


@pytest.mark.parametrize(
    "given",
    ["http://grader.example.org", "http://localhost.example.org", "ftp://a", "grader.example.org", "https://", "file:///etc/passwd",
     "https://user:word@a.example", "https://a.example:port", "https://a.example/?x", "http://[::1"],
)  # fmt: skip
def test_a_token_never_goes_unencrypted_over_a_network_nor_to_what_is_no_address(given):
    with pytest.raises(BadAddress):
        address(given)
