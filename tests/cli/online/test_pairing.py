"""Signing in with the browser, against the real site; and what is said where something stands between."""

from __future__ import annotations

import datetime as dt
import http.server
import re
import socket
import ssl
import threading
from contextlib import contextmanager

import pytest

from cli.online import pairing
from cli.online.tokens import kept
from tests.cli.online.conftest import SERVICE

CODE = re.compile(r"\?code=(\S+)")


class Person:
    """Sits at the terminal: what happens while it waits, one entry a pause, and how long each pause was."""

    def __init__(self, wire, capsys):
        self.wire, self.capsys, self.acts, self.pauses, self.seen = wire, capsys, [], [], ""

    def pause(self, seconds):
        self.pauses.append(seconds)
        self.wire.site.clock.advance(seconds=seconds)
        self.seen += self.capsys.readouterr().out
        if self.acts:
            self.acts.pop(0)()

    def decide(self, decision="confirm"):
        """As Ada, in her browser, with the code that the terminal shows."""
        code = CODE.search(self.seen)[1]
        answer = self.wire.site.client("ada").post("/device", data={"code": code, "decision": decision})
        assert answer.status_code == 303

    def breaks(self, *answers):
        return lambda: self.wire.broken.extend(answers)


@pytest.fixture
def person(wire, capsys, monkeypatch):
    found = Person(wire, capsys)
    monkeypatch.setattr(pairing, "pause", found.pause)
    monkeypatch.setattr(pairing, "now", lambda: sum(found.pauses))
    return found


def test_a_confirmed_sign_in_is_kept_and_no_secret_is_shown(grader, wire, person, tmp_path):
    person.acts = [lambda: None, person.decide]
    code, out, err = grader("login", "--service", SERVICE)
    (token,) = kept(tmp_path / "config").values()
    assert (code, "Ada (ada@example.org)" in out) == (0, True)
    assert f"{SERVICE}/device?code=" in person.seen
    assert "10 minutes" in person.seen
    assert token not in person.seen + out + err
    assert person.pauses == [3, 3]
    assert grader("whoami")[0] == 0


@pytest.mark.parametrize(("language", "words"), [("en", "refused"), ("zh", "被拒绝")])
def test_a_refused_sign_in_ends_with_2_and_keeps_nothing(grader, wire, person, tmp_path, language, words):
    person.acts = [lambda: person.decide("refuse")]
    code, _, err = grader("login", "--service", SERVICE, "--lang", language)
    assert (code, words in err, kept(tmp_path / "config")) == (2, True, {})


def test_nobody_confirms_and_after_ten_minutes_it_ends(grader, wire, person):
    code, _, err = grader("login", "--service", SERVICE)
    assert (code, "not confirmed in time" in err) == (2, True)
    assert 597 <= sum(person.pauses) <= 603


def test_slow_down_is_obeyed_for_good(grader, wire, person):
    slow = (400, b'{"error": "slow_down"}', "")
    person.acts = [person.breaks(slow), lambda: None, person.breaks(slow), person.decide]
    assert grader("login", "--service", SERVICE)[0] == 0
    assert person.pauses == [3, 8, 8, 13]


def test_a_network_that_comes_and_goes_is_asked_again_less_often(grader, wire, person):
    gone = (503, b"", "")
    person.acts = [person.breaks(gone), person.breaks(gone), person.decide]
    assert grader("login", "--service", SERVICE)[0] == 0
    assert person.pauses == [3, 6, 12]


@pytest.mark.parametrize(
    "answer",
    [(404, b"<html>not here</html>", ""), (200, b'{"user_code": "X"}', ""), (200, b"[]", ""),
     (200, b'{"device_code": "s", "user_code": "\\u001b[31m", "expires_in": 600}', "")],
)  # fmt: skip
def test_a_service_that_cannot_do_this_leads_to_a_pasted_token(grader, wire, person, answer):
    wire.broken.append(answer)
    code, out, err = grader("login", "--service", SERVICE)
    assert (code, out, "--token -" in err) == (2, "", True)


# What stands between, on real sockets ---------------------------------------------------------------


@pytest.fixture
def alone(monkeypatch, tmp_path):
    """No proxy and no token from outside."""
    for name in (
        "GRADER_TOKEN",
        "GRADER_SERVICE",
        "NO_PROXY",
        "no_proxy",
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "https_proxy",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


@contextmanager
def serving(handler, context=None):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def answering(status):
    class Proxy(http.server.BaseHTTPRequestHandler):
        def do_CONNECT(self):
            self.send_error(status)

        do_POST = do_CONNECT

        def log_message(self, *_):
            pass

    return Proxy


@pytest.mark.slow
def test_a_closed_port_is_nobody_at_home(grader, alone):
    with socket.create_server(("127.0.0.1", 0)) as closing:
        port = closing.getsockname()[1]
    code, _, err = grader("login", "--service", f"http://127.0.0.1:{port}")
    assert (code, "Nobody answers" in err, "Not your fault" in err) == (3, True, True)


@pytest.mark.slow
@pytest.mark.parametrize(("status", "words"), [(407, "wants a name and a password"), (502, "Bad Gateway")])
def test_a_proxy_that_refuses_is_named_and_what_to_do(grader, alone, monkeypatch, status, words):
    with serving(answering(status)) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://ada:secret@127.0.0.1:{port}")
        code, out, err = grader("login", "--service", "https://grader.example.org")
    assert (code, words in err, f"127.0.0.1:{port}" in err, "NO_PROXY" in err) == (3, True, True, True)
    assert "secret" not in out + err


@pytest.mark.slow
def test_a_proxy_before_plain_http_that_is_unwell_is_no_fault_of_the_student_s(grader, alone, monkeypatch):
    with serving(answering(502)) as port:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
        code, _, err = grader("login", "--service", "http://grader.localhost")
    assert (code, "HTTP 502" in err) == (3, True)


@pytest.mark.slow
def test_a_certificate_that_nobody_signed_is_not_trusted_and_the_way_out_is_named(grader, alone, tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    with serving(answering(200), context) as port:
        code, _, err = grader("login", "--service", f"https://127.0.0.1:{port}")
    assert (code, "certificate" in err, "SSL_CERT_FILE" in err) == (3, True, True)


def self_signed(folder):
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(now).not_valid_after(now + dt.timedelta(days=1)).sign(key, hashes.SHA256())
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "both.pem"
    path.write_bytes(key.private_bytes(*plain) + made.public_bytes(serialization.Encoding.PEM))
    return path
