"""`python -m web.accounts.rescue EMAIL`: a link to a new password, from the operator, who helps those who teach."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from sqlalchemy import select

from web.accounts import keys, sessions, totp
from web.accounts.journal import note, user
from web.database.models import User
from web.services import Services
from web.settings import Settings, SettingsError


class Nobody(LookupError):
    """Nobody has this e-mail."""


def link(services: Services, email: str, *, second_factor_off: bool = False) -> str:
    """The address at which they choose a new password. A lost telephone is forgotten on request. Raises Nobody."""
    moment = services.clock()
    with services.database.write() as session:
        person = session.scalar(select(User).where(User.email == email.strip().lower()))
        if person is None:
            raise Nobody(f"nobody has the e-mail {email}")
        token = keys.reset_link(session, person.id, moment)
        note(session, moment, "reset link made", None, user(person.id))
        if second_factor_off and person.totp_secret:
            totp.remove(session, person)
            sessions.end_all(session, person.id, moment)
            note(session, moment, "second factor off", None, user(person.id))
    return f"{services.settings.address}/reset/{token}"


def asked(arguments: Sequence[str] | None = None) -> tuple[str, bool]:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m web.accounts.rescue", description="Let somebody in again.")
    parser.add_argument("email")
    parser.add_argument("--second-factor-off", action="store_true", help="their telephone and recovery codes are lost")
    given = parser.parse_args(arguments)
    return given.email, given.second_factor_off


if __name__ == "__main__":
    try:
        wanted, off = asked()
        print(link(Services.of(Settings.from_environment()), wanted, second_factor_off=off))  # noqa: T201 - a command
    except (SettingsError, Nobody) as error:
        sys.exit(str(error))
