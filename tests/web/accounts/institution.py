"""A provider of OpenID Connect for tests: small, strict where ours must be right, and wrong on request."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwk, jwt

CLIENT, SECRET = "chainrule", "the client's own secret & more"


@dataclass
class Institution:
    """claims: changes to what the id token says (None leaves one out); alg: how it is signed; seen: what it was asked."""

    key: jwk.ECKey = field(default_factory=lambda: jwk.ECKey.generate_key("P-256", {"kid": "one", "use": "sig"}))
    claims: dict = field(default_factory=dict)
    alg: str = "ES256"
    offers: list = field(default_factory=lambda: ["ES256", "none", "HS256"])
    says_issuer: str = ""
    codes: dict = field(default_factory=dict)
    seen: list = field(default_factory=list)
    nonce: str = ""

    def __enter__(self) -> Self:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answer = {"/.well-known/openid-configuration": owner.metadata, "/jwks": owner.keys}[self.path]
                self.reply(200, answer())

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                self.reply(*owner.exchange(form, self.headers.get("Authorization", "")))

            def reply(self, status: int, body: dict) -> None:
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def metadata(self) -> dict:
        return {
            "issuer": self.says_issuer or self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "id_token_signing_alg_values_supported": self.offers,
        }

    def keys(self) -> dict:
        return {"keys": [self.key.as_dict(private=False)]}

    def consent(self, address: str) -> str:
        """What happens at /authorize when somebody agrees: where their browser is sent to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert {"openid", "email"} <= set(asked["scope"].split())
        self.seen.append(asked)
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return asked["redirect_uri"] + "?" + urlencode({"code": code, "state": asked["state"]})

    def exchange(self, form: dict, authorization: str) -> tuple[int, dict]:
        """A code is good once, for the client that asked, with the verifier of its challenge."""
        asked = self.codes.pop(form.get("code", ""), None)
        known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if not asked or authorization != f"Basic {known}" or challenge != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        if form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "access", "token_type": "Bearer", "id_token": self.id_token(asked["nonce"])}

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        usual = {"iss": self.issuer, "sub": "subject-1", "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": nonce}
        person = {"email": "Linus@Example.org", "email_verified": True, "name": "Linus"}
        told = {name: value for name, value in (usual | person | self.claims).items() if value is not None}
        if self.alg == "none":
            parts = [json.dumps(part).encode() for part in ({"alg": "none"}, told)]
            return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."
        key = self.key if self.alg == "ES256" else jwk.OctKey.import_key(SECRET)
        return jwt.encode({"alg": self.alg, "kid": "one"}, told, key, algorithms=[self.alg])
