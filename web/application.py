"""The one place where the site is put together."""

from __future__ import annotations

from flask import Flask, Response, request, url_for
from flask_babel import Babel
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from web import access, problems, requests, waiting
from web.accounts import again, limits, oidc, sessions
from web.accounts.account import account
from web.accounts.joining import joining
from web.accounts.pairing_pages import machines, pairing_pages
from web.accounts.people import people
from web.accounts.resets import resets
from web.accounts.second_factor import second_factor
from web.accounts.token_pages import tokens as token_pages
from web.accounts.views import accounts
from web.api import tokens
from web.api.views import api
from web.bulletin import Bulletin
from web.exporting.views import exporting
from web.gradebook.views import gradebook
from web.health import metrics
from web.health.views import health
from web.languages import language
from web.learners.pages import learners
from web.overview.views import overview
from web.preferences import preferences
from web.publishing import views as _publishing  # noqa: F401 - adds its address to the interface for programs
from web.pushes import exchange as _exchange  # noqa: F401 - likewise
from web.pushes.hooks import hooks
from web.pushes.views import pushes
from web.regrading.views import regrades
from web.services import NAME, Services, services
from web.settings import Settings
from web.setup.views import setup
from web.staff.views import staff
from web.students.views import students
from web.templating import equip

LARGEST_BODY = 2_100_000  # bytes: two megabytes of files, and the form around them

ACCOUNTS = (accounts, account, joining, machines, oidc.oidc, pairing_pages, people, resets, second_factor, token_pages)
ROOMS = (
    api,
    exporting,
    gradebook,
    health,
    hooks,
    learners,
    overview,
    preferences,
    pushes,
    regrades,
    setup,
    students,
    staff,
)

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Id(IntegerConverter):
    """A number in an address. One that no database takes for an id leads nowhere."""

    def __init__(self, here: Map, **limits: int) -> None:
        super().__init__(here, **{"max": 2**31 - 1, **limits})  # type: ignore[arg-type]


def create_app(settings: Settings, own: Services | None = None) -> Flask:
    """The site. Connects to nothing before the first request; `own` are a test's services."""
    app = Flask(__name__)
    app.url_map.converters["int"] = Id
    app.config.update(configuration(settings))
    app.extensions[NAME] = own or Services.of(settings)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    add_languages(app)
    add_accounts(app)
    app.before_request(requests.begin)  # before all that may refuse: every answer has an id
    app.before_request(again.refuse_foreign)
    app.before_request(access.enforce)
    csrf = CSRFProtect(app)  # after it is known who asks: what they wrote is not thrown away with a lost token
    app.after_request(secured)
    app.after_request(requests.finish)
    csrf.exempt(api)  # which asks for the token itself where a cookie was sent: web/api/gate.py
    csrf.exempt(hooks)  # signed by their senders
    csrf.exempt(machines)  # whom no cookie opens anything
    app.extensions[waiting.NAME] = waiting.Seats(Bulletin(settings.redis_url))
    metrics.register(app)
    problems.register(app)
    for blueprint in (*ACCOUNTS, *ROOMS):
        app.register_blueprint(blueprint)
    oidc.attach(app, settings)
    again.catch(app)
    limits.limit(app, settings)
    return app


def configuration(settings: Settings) -> dict[str, object]:
    """Flask's own settings, from ours."""
    return {
        "SECRET_KEY": settings.secret_key,
        "MAX_CONTENT_LENGTH": LARGEST_BODY,
        "MAX_FORM_MEMORY_SIZE": LARGEST_BODY,
        "SESSION_COOKIE_NAME": "__Host-chainrule" if settings.production else "chainrule",
        "SESSION_COOKIE_SECURE": settings.production,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: a page left open over night can still be sent
    }


def add_languages(app: Flask) -> None:
    """Words in templates, and dates as the language writes them."""
    Babel(app, locale_selector=lambda: "zh_Hans_CN" if language() == "zh" else "en")
    equip(app)
    app.context_processor(links)


def links() -> dict[str, object]:
    """Where the frame of every page leads to."""
    return {
        "links": {
            "home": url_for("students.home"),
            "account": url_for("account.page"),
            "sign_in": url_for("accounts.sign_in"),
            "sign_out": url_for("accounts.sign_out"),
        }
    }


def add_accounts(app: Flask) -> None:
    """Who sends a request, read from the session's cookie."""
    login = LoginManager(app)
    login.session_protection = None  # our sessions are rows that can be ended; addresses change on trains
    login.user_loader(lambda token: sessions.person_of(services(), token) if tokens.presented() is None else None)
    login.request_loader(lambda _: tokens.person_of(services(), tokens.presented() or ""))


def secured(response: Response) -> Response:
    """What every answer carries."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response
