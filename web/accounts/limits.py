"""How often something may be tried: counted in Redis where it answers, else in the memory of this process."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, Flask, Response, current_app, request, session
from flask_limiter import Limiter
from flask_login import current_user
from redis.backoff import NoBackoff
from redis.retry import Retry
from werkzeug.exceptions import HTTPException

from grader.messages import Text
from web.accounts.again import exercise_again
from web.accounts.entering import HALF
from web.accounts.sessions import digest
from web.kinds import of
from web.problems import Problem, answer
from web.settings import Settings

SECONDS = 0.3  # that a request waits for a Redis which has gone away
NAME = "chainrule.limits"  # in Flask's extensions
View = Callable[..., Any]
CLASSROOM = "300 per 10 minutes"  # many students may come from one address


def address() -> str:
    """Of whoever asks; behind our own proxy the one it names."""
    return request.remote_addr or "nowhere"


def account() -> str:
    """Whom somebody wants to sign in as, whether there is such a person or not."""
    return digest(request.form.get("email", "").strip().lower())[:24]


def account_from_here() -> str:
    """So that a stranger elsewhere cannot lock a person out soon."""
    return f"{account()} {address()}"


def person() -> str:
    """Whoever is signed in, or has given a password and not yet a code; else the address."""
    if current_user.is_authenticated:
        return f"user {current_user.user_id}"
    half = session.get(HALF)
    return f"user {half['user']}" if half else address()


def hook_from_here() -> str:
    """A host sends for all its repositories from one address: what goes wrong with one closes no other."""
    return f"{address()} hook {(request.view_args or {}).get('repository')}"


def failed(response: Response) -> bool:
    """Only what went wrong counts."""
    return response.status_code in {401, 404, 422}


@dataclass(frozen=True)
class Limit:
    """rate: in words, several parted by semicolons; failures: whether success is free."""

    rate: str
    key: Callable[[], str]
    failures: bool = False


CODES = Limit("5 per 5 minutes; 20 per hour; 50 per day", person, failures=True)  # of six digits, guessed blindly
LINKS = Limit("60 per 10 minutes", address, failures=True)
PAIRING = Limit("10 per 10 minutes; 50 per day", person, failures=True)  # of the short codes of terminals
LIMITS: dict[str, tuple[Limit, ...]] = {
    "accounts.signing_in": (
        Limit("10 per 5 minutes", account_from_here, failures=True),
        Limit("100 per hour", account, failures=True),
        Limit("100 per 10 minutes", address, failures=True),
    ),
    "accounts.second_stepping": (CODES,),
    "account.confirming": (CODES,),
    "account.password": (CODES,),
    "second_factor.enrol": (CODES,),
    "joining.invited": (LINKS,),
    "joining.join": (Limit(CLASSROOM, address, failures=True),),
    "device.code": (Limit(CLASSROOM, address),),
    "device.token": (Limit("3000 per 10 minutes", address),),  # a classroom of terminals, asking every three seconds
    "device.revoke": (LINKS,),
    "pairing.page": (PAIRING,),
    "pairing.decide": (PAIRING,),
    "pushes.link": (Limit("20 per 10 minutes", person),),
    "pushes.token": (Limit("20 per 10 minutes", person),),
    "pushes.hook": (Limit("20 per 10 minutes", person),),
    "api.exchange": (Limit(CLASSROOM, address, failures=True),),
    "hooks.receive": (
        Limit("30 per 10 minutes", hook_from_here, failures=True),
        Limit("60 per minute; 500 per day", hook_from_here),  # each may be fetched
    ),
    "resets.choose": (LINKS,),
    "resets.chosen": (LINKS,),
}


def limit(app: Flask, settings: Settings) -> None:
    """Put the limits around the views. Connects to nothing yet."""
    limiter = Limiter(
        address,
        app=app,
        storage_uri=_for_limits(settings.redis_url),
        storage_options=_impatient(settings.redis_url),
        in_memory_fallback_enabled=True,
        swallow_errors=True,  # a limit that cannot be counted closes no door
        key_prefix="limits",
    )
    app.extensions[NAME] = limiter
    for endpoint, limits in _all(settings).items():
        app.view_functions[endpoint] = _limited(limiter, app.view_functions[endpoint], limits)
    api = cast("Blueprint", app.blueprints["api"])
    limiter.limit(f"{settings.requests_a_minute} per minute", key_func=person)(api)
    app.register_error_handler(429, too_many)


def too_many(_: Exception) -> Response | HTTPException:
    """What somebody sees who was too quick, and when to come again."""
    limiter: Limiter = current_app.extensions[NAME]
    found = limiter.current_limit
    seconds = max(1, int(found.reset_at - time.time())) if found else 60
    text = Text(
        f"That was too often in a short time. Wait {seconds} seconds, then try again.",
        f"短时间内尝试次数过多。请等 {seconds} 秒再试。",
    )
    headers = {"Retry-After": str(seconds)}
    page = exercise_again(text)
    return Response(page, 429, headers) if page else answer(Problem(of(429), text, headers=headers))


def _all(settings: Settings) -> dict[str, tuple[Limit, ...]]:
    uploads = (Limit(f"{settings.uploads_a_minute} per minute", person),)
    return LIMITS | {"students.hand_in": uploads, "api.submit": uploads}


def _limited(limiter: Limiter, view: View, limits: tuple[Limit, ...]) -> View:
    for one in limits:
        view = limiter.limit(one.rate, key_func=one.key, deduct_when=failed if one.failures else None)(view)
    return view


def _for_limits(redis_url: str) -> str:
    """A Redis URL as the library takes it, which has a name of its own for unix sockets."""
    for other in ("redis+socket://", "unix://"):
        if redis_url.startswith(other):
            return f"redis+unix://{redis_url.removeprefix(other)}"
    return redis_url


def _impatient(redis_url: str) -> dict[str, Any]:
    if redis_url.startswith("memory:"):
        return {}
    return {"socket_connect_timeout": SECONDS, "socket_timeout": SECONDS, "retry": Retry(NoBackoff(), 0)}
