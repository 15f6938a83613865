"""The site's settings, read once from the environment."""

from __future__ import annotations

import importlib.util
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from grader.places import data_home, published_folder, socket_of
from web.pushes.hosts import Host, Issuer, Network, hosts_of, issuers_of, networks_of

Listed = TypeVar("Listed")
SECRET_CHARACTERS = 32  # of a key that is given: fewer can be guessed


class SettingsError(Exception):
    """A setting is missing or makes no sense; the words say which one and what to do."""


@dataclass(frozen=True)
class Settings:
    """home: the folder for data; exercises: the folder of sheets; base_url: how people reach the site, if known.

    production: HTTPS only, a second factor for staff, and no secret made up.
    """

    home: Path
    database_url: str = field(repr=False)  # these may hold a password
    redis_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    exercises: Path
    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str = ""
    production: bool = False
    proxies: int = 0  # how many of our own stand before the site and set X-Forwarded-For
    oidc: tuple[Provider, ...] = ()
    uploads_a_minute: int = 30  # of one person, for each of page and API
    requests_a_minute: int = 600  # likewise, to the API
    git_hosts: tuple[Host, ...] = ()  # whose archives are fetched, and whose commits are linked to
    git_networks: tuple[Network, ...] = ()  # private addresses that these may have
    ci_issuers: tuple[Issuer, ...] = ()  # whose word about runs of CI is taken
    metrics_token: str = field(default="", repr=False)  # without one, /metrics is for near addresses only
    metrics_folder: Path | None = None  # where the processes of the site add up their numbers
    published: Path | None = None  # where published editions of exercises lie
    publish: bool = False  # whether editions are taken in

    @property
    def address(self) -> str:
        """Of the site, as far as it is known where no browser asks."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.base_url or f"http://{host}:{self.port}"

    @classmethod
    def from_environment(cls) -> Settings:
        """From GRADER_*, DATABASE_URL and REDIS_URL, where they are set. Raises SettingsError."""
        environment = os.environ
        home = data_home(environment)
        production = environment.get("GRADER_PRODUCTION", "") not in {"", "0"}
        if production and environment.get("FLASK_DEBUG", "0") != "0":
            raise SettingsError("FLASK_DEBUG shows code to strangers; unset it, or unset GRADER_PRODUCTION")
        return cls(
            home=home,
            database_url=_database(environment, home),
            redis_url=environment.get("REDIS_URL") or f"unix://{socket_of(home)}",
            secret_key=_secret(environment, home, production),
            exercises=Path(environment.get("GRADER_EXERCISES") or _shipped()),
            host=environment.get("GRADER_HOST") or cls.host,
            port=_number(environment, "GRADER_PORT", cls.port, 65535),
            base_url=environment.get("GRADER_BASE_URL", "").rstrip("/"),
            production=production,
            proxies=_number(environment, "GRADER_PROXIES", 0, 10),
            oidc=_providers(environment),
            git_hosts=_listed(environment, "GRADER_GIT_HOSTS", hosts_of),
            git_networks=_listed(environment, "GRADER_GIT_NETWORKS", networks_of),
            ci_issuers=_listed(environment, "GRADER_CI_ISSUERS", issuers_of),
            metrics_token=_metrics_token(environment),
            published=published_folder(environment),
            publish=environment.get("GRADER_PUBLISH", "") not in {"", "0"},
            metrics_folder=Path(folder) if (folder := environment.get("PROMETHEUS_MULTIPROC_DIR", "")) else None,
            uploads_a_minute=_number(environment, "GRADER_UPLOADS_A_MINUTE", cls.uploads_a_minute, 1_000_000),
            requests_a_minute=_number(environment, "GRADER_REQUESTS_A_MINUTE", cls.requests_a_minute, 1_000_000),
        )


@dataclass(frozen=True)
class Provider:
    """Where people of an institution sign in (OpenID Connect)."""

    name: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)


def _database(environment: Mapping[str, str], home: Path) -> str:
    """DATABASE_URL, whose password may lie in the file DATABASE_PASSWORD_FILE; else a file in `home`."""
    url = environment.get("DATABASE_URL", "")
    if not url:
        return f"sqlite:///{home.absolute() / 'chainrule.db'}"
    for plain in ("postgres://", "postgresql://"):
        if url.startswith(plain):
            url = f"postgresql+psycopg://{url.removeprefix(plain)}"
    path = environment.get("DATABASE_PASSWORD_FILE", "")
    if not path:
        return url
    from sqlalchemy import make_url  # noqa: PLC0415 - only those who need it wait for it

    return make_url(url).set(password=_read(path, "DATABASE_PASSWORD_FILE")).render_as_string(hide_password=False)


def _secret(environment: Mapping[str, str], home: Path, production: bool) -> str:  # noqa: FBT001 - private
    """The key that signs forms. Given by the operator; a private installation makes its own once."""
    path = environment.get("GRADER_SECRET_KEY_FILE", "")
    key = _read(path, "GRADER_SECRET_KEY_FILE") if path else environment.get("GRADER_SECRET_KEY", "")
    if key:
        if len(key) < SECRET_CHARACTERS:
            raise SettingsError(f"GRADER_SECRET_KEY has {len(key)} characters; it needs {SECRET_CHARACTERS} or more")
        return key
    if production:
        raise SettingsError("GRADER_SECRET_KEY or GRADER_SECRET_KEY_FILE must be set where GRADER_PRODUCTION is")
    return _own_secret(home / "secret")


def _own_secret(path: Path) -> str:
    """Read, or made by whichever process comes first: the file appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        try:
            os.link(draft, path)  # fails where another process was quicker
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii")


def _providers(environment: Mapping[str, str]) -> tuple[Provider, ...]:
    """One provider: GRADER_OIDC_ISSUER, _CLIENT_ID, _CLIENT_SECRET (or _CLIENT_SECRET_FILE), _NAME."""
    issuer = environment.get("GRADER_OIDC_ISSUER", "").rstrip("/")
    if not issuer:
        return ()
    if not issuer.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
        raise SettingsError(f"GRADER_OIDC_ISSUER must begin with https://, not {issuer[:40]!r}: it says who people are")
    path = environment.get("GRADER_OIDC_CLIENT_SECRET_FILE", "")
    secret = _read(path, "GRADER_OIDC_CLIENT_SECRET_FILE") if path else environment.get("GRADER_OIDC_CLIENT_SECRET", "")
    client = environment.get("GRADER_OIDC_CLIENT_ID", "")
    if not client or not secret:
        raise SettingsError("GRADER_OIDC_ISSUER needs GRADER_OIDC_CLIENT_ID and GRADER_OIDC_CLIENT_SECRET beside it")
    return (Provider(environment.get("GRADER_OIDC_NAME") or issuer, issuer, client, secret),)


def _listed(environment: Mapping[str, str], name: str, read: Callable[[str], tuple[Listed, ...]]) -> tuple[Listed, ...]:
    try:
        return read(environment.get(name, ""))
    except ValueError as error:
        raise SettingsError(f"{name}: {error}") from error


def _metrics_token(environment: Mapping[str, str]) -> str:
    path = environment.get("GRADER_METRICS_TOKEN_FILE", "")
    return _read(path, "GRADER_METRICS_TOKEN_FILE") if path else environment.get("GRADER_METRICS_TOKEN", "")


def _read(path: str, name: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{name}: {path} cannot be read: {error.strerror}") from error


def _number(environment: Mapping[str, str], name: str, default: int, largest: int) -> int:
    text = environment.get(name, "")
    if not text:
        return default
    if not text.isdecimal() or int(text) > largest:
        raise SettingsError(f"{name} must be a whole number up to {largest}, not {text!r}")
    return int(text)


def _shipped() -> Path:
    """The exercises that come with the product, found without importing them."""
    found = importlib.util.find_spec("assignments")
    if found is None or not found.submodule_search_locations:
        raise SettingsError("the package `assignments` is not installed; GRADER_EXERCISES=FOLDER names another")
    return Path(found.submodule_search_locations[0])
