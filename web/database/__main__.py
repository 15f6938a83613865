"""`python -m web.database`: bring the tables to what this version wants."""

from __future__ import annotations

import sys

from web.database.schema import current, upgrade
from web.database.session import Database
from web.settings import Settings, SettingsError

if __name__ == "__main__":
    try:
        database = Database(Settings.from_environment().database_url)
    except SettingsError as error:
        sys.exit(str(error))
    upgrade(database)
    print(f"The database is at revision {current(database)}.")  # noqa: T201 - a command prints
