"""Secrets: refused when missing or weak in production, made once elsewhere, and never shown."""

from __future__ import annotations

import os
import stat

import pytest

from web.settings import Settings, SettingsError

KEY = "k" * 32
OIDC = {
    "GRADER_OIDC_ISSUER": "https://id.example.org/",
    "GRADER_OIDC_CLIENT_ID": "chainrule",
    "GRADER_OIDC_CLIENT_SECRET": "the client's",
}


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """The settings that these variables make, and no others."""

    def made(**variables):
        for name in os.environ:
            if name.startswith("GRADER_") or name in {"DATABASE_URL", "REDIS_URL", "FLASK_DEBUG"}:
                monkeypatch.delenv(name)
        for name, value in {"GRADER_HOME": str(tmp_path), **variables}.items():
            monkeypatch.setenv(name, value)
        return Settings.from_environment()

    return made


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, "GRADER_SECRET_KEY"),
        ({"GRADER_SECRET_KEY": "short"}, "5 characters"),
        ({"GRADER_SECRET_KEY_FILE": "/nowhere"}, "cannot be read"),
        ({"GRADER_SECRET_KEY": KEY, "FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
        ({"GRADER_SECRET_KEY": KEY} | OIDC | {"GRADER_OIDC_CLIENT_SECRET": ""}, "GRADER_OIDC_CLIENT_SECRET"),
        ({"GRADER_SECRET_KEY": KEY} | OIDC | {"GRADER_OIDC_CLIENT_ID": ""}, "GRADER_OIDC_CLIENT_ID"),
        ({"GRADER_SECRET_KEY": KEY} | OIDC | {"GRADER_OIDC_ISSUER": "http://id.example.org"}, "https://"),
        ({"GRADER_SECRET_KEY": KEY} | OIDC | {"GRADER_OIDC_ISSUER": "http://localhost.evil.example"}, "https://"),
    ],
)
def test_in_production_what_is_missing_or_weak_is_refused_by_name(settings, variables, said):
    with pytest.raises(SettingsError, match=said):
        settings(GRADER_PRODUCTION="1", **variables)


def test_secrets_come_from_files_too(settings, tmp_path):
    for name, content in {"key": KEY, "oidc": "the client's"}.items():
        (tmp_path / name).write_text(f"{content}\n")
    files = {"GRADER_SECRET_KEY_FILE": f"{tmp_path}/key", "GRADER_OIDC_CLIENT_SECRET_FILE": f"{tmp_path}/oidc"}
    made = settings(GRADER_PRODUCTION="1", **OIDC | {"GRADER_OIDC_CLIENT_SECRET": ""} | files)
    assert (made.secret_key, made.oidc[0].client_secret, made.oidc[0].issuer) == (
        KEY,
        "the client's",
        "https://id.example.org",
    )


def test_a_private_installation_makes_its_own_secret_once_and_for_itself_only(settings, tmp_path):
    first, second = settings(), settings()
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 48
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_settings_that_are_printed_show_no_secret(settings):
    made = settings(GRADER_SECRET_KEY=KEY, DATABASE_URL="postgresql://u:hidden@h/d", **OIDC)
    assert not [secret for secret in (KEY, "hidden", "the client's") if secret in repr(made)]
