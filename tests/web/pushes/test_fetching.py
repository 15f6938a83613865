"""What is fetched: only from hosts that are listed, only to the address that was checked, only so much and so long."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.web.pushes.forge import Forge
from web.pushes import fetching
from web.pushes.fetching import Reach, Unfetched, fetch, is_permitted
from web.pushes.hosts import ACTIONS, Host, Issuer, hosts_of, issuers_of, networks_of
from web.settings import Settings, SettingsError

# Lists ------------------------------------------------------------------------------------------------------


def test_hosts_and_issuers_are_read_as_an_operator_writes_them():
    assert hosts_of("github.com, gitlab=https://git.example.edu/") == (
        Host("github", "https://github.com"),
        Host("gitlab", "https://git.example.edu"),
    )
    assert issuers_of(f"{ACTIONS} https://gitlab.com") == (
        Issuer("github", ACTIONS, "github.com"),
        Issuer("gitlab", "https://gitlab.com", "gitlab.com"),
    )
    (enterprise,) = issuers_of("https://git.example.edu/_services/token")
    assert (enterprise.kind, enterprise.host) == ("github", "git.example.edu")
    assert hosts_of("") == issuers_of(" , ") == networks_of("") == ()


@pytest.mark.parametrize(
    "text",
    [
        "git.example.edu",
        "svn=https://example.edu",
        "gitlab=http://git.example.edu",
        "gitlab=file:///etc",
        "gitlab=https://user@git.example.edu",
        "gitlab=https://git.example.edu/?x",
        "gitlab=https://GIT.example.edu",
    ],
)
def test_a_host_that_makes_no_sense_is_refused(text):
    with pytest.raises(ValueError, match=r"\w"):
        hosts_of(text)


@pytest.mark.parametrize("name", ["GRADER_GIT_HOSTS", "GRADER_GIT_NETWORKS", "GRADER_CI_ISSUERS"])
def test_what_makes_no_sense_is_refused_at_the_start_by_its_name(name, monkeypatch, tmp_path):
    monkeypatch.setenv("GRADER_HOME", str(tmp_path))
    monkeypatch.setenv(name, "nonsense everywhere")
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment()


def test_nothing_is_listed_unless_the_operator_does(monkeypatch, tmp_path):
    monkeypatch.setenv("GRADER_HOME", str(tmp_path))
    made = Settings.from_environment()
    assert (made.git_hosts, made.git_networks, made.ci_issuers) == ((), (), ())


# Addresses --------------------------------------------------------------------------------------------------

PRIVATE = (
    "127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255 "
    "::1 :: fe80::1 fd00::1 fec0::1 ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::127.0.0.1 ::ffff:0:127.0.0.1 "
    "64:ff9b::7f00:1 2002:7f00:1:: 2001::1"
).split()


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_not_permitted_in_whatever_clothes(address):
    assert not is_permitted(ip_address(address), ())


@pytest.mark.parametrize("address", ["140.82.121.3", "2606:50c0:8000::153", "::ffff:140.82.121.3"])
def test_public_ones_are(address):
    assert is_permitted(ip_address(address), ())


def test_a_network_that_is_listed_is():
    inside = (ip_network("10.1.0.0/16"),)
    assert is_permitted(ip_address("10.1.2.3"), inside)
    assert is_permitted(ip_address("::ffff:10.1.2.3"), inside)
    assert not is_permitted(ip_address("10.2.0.1"), inside)


URLS = {
    "another host": "https://evil.example/x",
    "another scheme": "http://git.example.edu/x",
    "a file": "file:///etc/passwd",
    "gopher": "gopher://git.example.edu/x",
    "another port": "https://git.example.edu:22/x",
    "a name before the host": "https://git.example.edu@127.0.0.1/x",
    "a password before the host": "https://a:b@git.example.edu/x",
    "a longer host": "https://git.example.edu.evil.example/x",
    "a backslash": "https://git.example.edu\\@127.0.0.1/x",
    "nothing": "",
}


@pytest.mark.parametrize("what", URLS)
def test_nothing_is_asked_of_anybody_else(what, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("a name was looked up"))
    with pytest.raises(Unfetched, match=r"not listed|Invalid"):
        fetch(URLS[what], Reach(frozenset(["https://git.example.edu"])))


@pytest.mark.parametrize("leads_to", ["127.0.0.1", "169.254.169.254", "::1"])
def test_a_listed_name_that_leads_inside_is_refused(leads_to, monkeypatch):
    """The first half of DNS rebinding."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", (leads_to, 443))])
    monkeypatch.setattr(socket, "create_connection", lambda *_: pytest.fail("connected"))
    with pytest.raises(Unfetched, match="not public"):
        fetch("https://git.example.edu/x", Reach(frozenset(["https://git.example.edu"])))


def test_a_name_is_looked_up_once_and_the_address_that_was_checked_is_used(monkeypatch):
    """The second half: another answer a moment later changes nothing."""
    answers = [[(0, 0, 0, "", ("140.82.121.3", 443))], [(0, 0, 0, "", ("127.0.0.1", 443))]]
    connected = []

    def connect(address, _):
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers.pop(0))
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Unfetched) as refused:
        fetch("https://git.example.edu/x", Reach(frozenset(["https://git.example.edu"])))
    assert (connected, len(answers), refused.value.again) == ([("140.82.121.3", 443)], 1, True)


# With a server ----------------------------------------------------------------------------------------------


@pytest.fixture
def forge():
    with Forge() as running:
        yield running


def reach(forge, **more) -> Reach:
    return Reach(frozenset([forge.base]), **more)


@pytest.mark.slow
def test_what_is_there_comes(forge):
    forge.answers["/x?y=1"] = (200, {}, b"content")
    assert fetch(f"{forge.base}/x?y=1", reach(forge)) == b"content"
    assert forge.asked[0][1]["Host"] == forge.name


@pytest.mark.slow
@pytest.mark.parametrize(
    "to", ["http://127.0.0.1:9/secret", "http://169.254.169.254/", "file:///etc/passwd", "//[::1]/"]
)
def test_a_redirect_to_somebody_else_is_not_followed(forge, to):
    forge.answers["/x"] = (302, {"Location": to}, b"")
    with pytest.raises(Unfetched, match="not listed"):
        fetch(f"{forge.base}/x", reach(forge))


@pytest.mark.slow
def test_a_redirect_to_a_listed_host_is_and_a_circle_ends(forge):
    forge.answers |= {"/x": (302, {"Location": "/y"}, b""), "/y": (200, {}, b"there")}
    assert fetch(f"{forge.base}/x", reach(forge)) == b"there"
    forge.answers["/y"] = (302, {"Location": "/x"}, b"")
    with pytest.raises(Unfetched, match="too many"):
        fetch(f"{forge.base}/x", reach(forge))


@pytest.mark.slow
@pytest.mark.parametrize("length", ["2000000", None])
def test_too_much_is_not_read(forge, length):
    forge.answers["/x"] = (200, {"Content-Length": length} if length else {}, b"x" * 2_000_000)
    with pytest.raises(Unfetched, match="more than"):
        fetch(f"{forge.base}/x", reach(forge, largest=1000))


@pytest.mark.slow
def test_who_speaks_slowly_is_cut_off(forge):
    forge.answers["/x"], forge.drip = (200, {}, b"x" * 1000), 0.05
    began = time.monotonic()
    with pytest.raises(Unfetched) as cut:
        fetch(f"{forge.base}/x", reach(forge, seconds=0.4))
    assert time.monotonic() - began < 2
    assert cut.value.again


@pytest.mark.slow
@pytest.mark.parametrize("shakes_hands", [False, True])
def test_who_speaks_slowly_is_cut_off_over_tls_as_well(shakes_hands, tmp_path, monkeypatch):
    """A byte now and then, each of them within any time limit of a socket: of the handshake, and of the headers."""
    certificate = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def speak():
            line, _ = server.accept()
            with suppress(OSError), context.wrap_socket(line, server_side=True) if shakes_hands else line as spoken:
                spoken.sendall(b"HTTP/1.1 200 OK\r\nX: " if shakes_hands else b"\x16\x03\x03\x40\x00")
                while not ended.wait(0.1):
                    spoken.sendall(b"x")

        thread = threading.Thread(target=speak, daemon=True)
        thread.start()
        base, began = f"https://127.0.0.1:{server.getsockname()[1]}", time.monotonic()
        threading.Timer(4, ended.set).start()
        with pytest.raises(Unfetched) as cut:
            fetch(f"{base}/x", Reach(frozenset([base]), seconds=0.6))
        took = time.monotonic() - began
        ended.set()
        thread.join(5)
    assert (took < 2, cut.value.again, "CERTIFICATE" in str(cut.value)) == (True, True, False), cut.value


def self_signed(folder):
    """A certificate of 127.0.0.1, with its key, that whoever is given it may trust."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=True)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    made = made.not_valid_before(now).not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "both.pem"
    path.write_bytes(key.private_bytes(*plain) + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.slow
def test_who_breaks_off_has_sent_nothing(forge):
    forge.answers["/x"] = (200, {"Content-Length": "10"}, b"short")
    with pytest.raises(Unfetched):
        fetch(f"{forge.base}/x", reach(forge, seconds=1))


@pytest.mark.slow
@pytest.mark.parametrize(("status", "again"), [(404, False), (403, False), (429, True), (500, True), (503, True)])
def test_another_status_is_no_content(forge, status, again):
    forge.answers["/x"] = (status, {}, b"not found")
    with pytest.raises(Unfetched) as refused:
        fetch(f"{forge.base}/x", reach(forge))
    assert refused.value.again is again


@pytest.mark.slow
def test_a_server_that_speaks_no_http_is_broken(forge, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as other:
        base = f"http://127.0.0.1:{other.getsockname()[1]}"
        other.settimeout(5)

        def answer():
            line, _ = other.accept()
            with line:
                line.sendall(b"SSH-2.0-OpenSSH_9.6\r\n" * 3)

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(Unfetched):
            fetch(f"{base}/x", Reach(frozenset([base]), seconds=2))
        thread.join()


def test_nothing_of_the_surroundings_leads_elsewhere(monkeypatch):
    """A proxy in the environment is not used: what was checked is what is connected to."""
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    connected = []

    def connect(address, _):
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(fetching.socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", ("140.82.121.3", 443))])
    monkeypatch.setattr(fetching.socket, "create_connection", connect)
    with pytest.raises(Unfetched):
        fetch("https://git.example.edu/x", Reach(frozenset(["https://git.example.edu"])))
    assert connected == [("140.82.121.3", 443)]
