"""An issuer of identities for tests: signs as GitHub Actions and GitLab do, with real keys behind a real address."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from functools import cache

from joserfc import jwk, jwt

from tests.web.pushes.forge import Forge
from tests.web.pushes.test_commits import COMMIT
from web.pushes.exchange import NAME

AUDIENCE = "http://127.0.0.1:8000"


@cache
def rsa(name: str) -> jwk.RSAKey:
    """Slow to make, so made once."""
    return jwk.RSAKey.generate_key(2048, {"kid": name, "use": "sig", "alg": "RS256"})


@dataclass
class Actions:
    """keys: those that are published."""

    forge: Forge
    now: float
    keys: list = field(default_factory=lambda: [rsa("one")])

    def __post_init__(self):
        self.publish()

    def forgotten_by(self, site):
        """The same, to a site whose application a test before has used: ports come again, and keys are kept."""
        site.app.extensions.pop(NAME, None)
        return self

    def publish(self, *keys, **about):
        """These keys from now on."""
        self.keys = list(keys) or self.keys
        known = {"issuer": self.forge.base, "jwks_uri": f"{self.forge.base}/jwks"} | about
        self.put("/.well-known/openid-configuration", known)
        self.put("/jwks", {"keys": [key.as_dict(private=False) for key in self.keys]})

    def put(self, path, content):
        self.forge.answers[path] = (200, {}, json.dumps(content).encode())

    @property
    def asked(self) -> int:
        """How often somebody came for the keys."""
        return sum(path == "/jwks" for path, _ in self.forge.asked)

    def claims(self, **changes):
        """Of a push of Ada's. None leaves one out."""
        usual = {
            "iss": self.forge.base,
            "aud": AUDIENCE,
            "jti": secrets.token_hex(8),
            "iat": int(self.now),
            "nbf": int(self.now) - 5,
            "exp": int(self.now) + 300,
            "repository": "ada/homework",
            "repository_id": "77",
            "repository_owner": "ada",
            "repository_owner_id": "7",
            "event_name": "push",
            "ref": "refs/heads/main",
            "sha": COMMIT,
        }
        if "repository" in changes:
            usual["repository_owner"] = str(changes["repository"]).partition("/")[0]
        return {name: value for name, value in (usual | changes).items() if value is not None}

    def identity(self, key=None, header=None, **changes):
        key = key or self.keys[0]
        return jwt.encode({"alg": "RS256", "kid": key.kid} | (header or {}), self.claims(**changes), key)
