"""The identity of a run of CI, as GitHub Actions or GitLab signs it: verified, and read for which commit it speaks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jws import extract_compact

from grader.errors import ExplainedHere
from web.pushes.hosts import Issuer
from web.pushes.keys import Key, NoKey
from web.pushes.origin import COMMIT, sound_name
from web.pushes.receiving import branch_of

ALGORITHMS = ("RS256", "ES256")
LONGEST = 8_000  # letters of an identity
LEEWAY = 30  # seconds that two clocks may differ
LAST_SECOND = 1e11  # far beyond any moment that is meant
OLDEST = 86_400  # seconds: no job runs longer
BY_HAND_OR_PUSH = {"github": ("push", "workflow_dispatch"), "gitlab": ("push", "web")}
BROKEN = (JoseError, ValueError, TypeError, KeyError, RecursionError)


class Distrusted(ExplainedHere):
    """This identity proves nothing here; `text` says why."""


@dataclass(frozen=True)
class Run:
    """A run of CI. remote_id: the numbers of its repository and owner, never given twice; jti: the identity's own."""

    issuer: str
    host: str
    name: str
    remote_id: str
    commit: str
    branch: str
    jti: str
    expires: float


def verified(
    identity: str, issuers: Iterable[Issuer], find: Callable[[Issuer, str], Key], audience: str, moment: datetime
) -> Run:
    """What an identity says that is signed by a listed issuer, for us, now. Raises Distrusted and KeysAway."""
    try:
        issuer, claims = _signed(identity, tuple(issuers), find)
    except NoKey as error:
        raise Distrusted("The issuer has no such key.", "签发方没有这个密钥。") from error
    except BROKEN as error:
        raise Distrusted(
            "This is no identity of CI, or its signature does not fit.", "这不是 CI 的身份令牌，或者签名不符。"
        ) from error
    if claims.get("aud") not in (audience, [audience]):
        raise Distrusted(
            f"This identity is not for {audience}: ask for this audience.", f"身份令牌的 aud 必须是 {audience}。"
        )
    _check_times(claims, moment.timestamp())
    return _run(issuer, claims)


def _signed(
    identity: str, issuers: tuple[Issuer, ...], find: Callable[[Issuer, str], Key]
) -> tuple[Issuer, dict[str, Any]]:
    """(issuer, claims), once the signature fits. The key is its issuer's, whatever the identity itself brings along."""
    if not 0 < len(identity) <= LONGEST or not identity.isascii():
        raise ValueError("no identity")
    parts = extract_compact(identity.encode())
    header, told = parts.headers(), json.loads(parts.payload)
    issuer = next((one for one in issuers if one.url == told["iss"]), None)
    if issuer is None:
        raise Distrusted("Its issuer is not one that this site trusts.", "本站不信任它的签发方。")
    if header["alg"] not in ALGORITHMS or {"crit", "b64"} & header.keys() or not isinstance(header["kid"], str):
        raise ValueError("no such algorithm")
    claims = jwt.decode(identity, find(issuer, header["kid"]), algorithms=[header["alg"]]).claims
    return issuer, claims


def _check_times(claims: dict[str, Any], now: float) -> None:
    expires, issued, begins = (_time(claims.get(name)) for name in ("exp", "iat", "nbf"))
    if expires is None or issued is None or expires <= now - LEEWAY or issued < now - OLDEST:
        raise Distrusted("This identity has expired: run the job again.", "身份令牌已过期：请重新运行任务。")
    if issued > now + LEEWAY or (begins or 0) > now + LEEWAY:
        raise Distrusted(
            "This identity is from the future: somebody's clock is wrong.", "身份令牌的时间在未来：时钟有误。"
        )


def _time(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and abs(value) < LAST_SECOND else None


def _run(issuer: Issuer, claims: dict[str, Any]) -> Run:
    """By the names that GitHub and GitLab use. Raises Distrusted where it is no push of a branch."""
    on_github = issuer.kind == "github"
    name = _text(claims, "repository" if on_github else "project_path")
    numbers = [_text(claims, one) for one in _numbers(on_github)]
    branch = branch_of(_text(claims, "ref" if on_github else "ref_path"))
    event = _text(claims, "event_name" if on_github else "pipeline_source")
    commit, jti = _text(claims, "sha"), _text(claims, "jti")
    if event not in BY_HAND_OR_PUSH[issuer.kind] or not branch:
        raise Distrusted(
            "Only pushes to a branch are handed in; a pull request may come from anybody.",
            "只有 push 到分支才会提交；拉取请求可能来自任何人。",
        )
    owned = not on_github or name.partition("/")[0] == claims.get("repository_owner")
    if not (sound_name(name) and owned and all(numbers) and jti and re.fullmatch(COMMIT, commit)):
        raise Distrusted("This identity names no repository or no commit.", "身份令牌没有写明仓库或 commit。")
    return Run(issuer.url, issuer.host, name, ":".join(numbers), commit, branch, jti, float(claims["exp"]))


def _numbers(on_github: bool) -> tuple[str, str]:  # noqa: FBT001 - one of two
    return ("repository_id", "repository_owner_id") if on_github else ("project_id", "namespace_id")


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value if isinstance(value, str) and len(value) <= 200 else ""
