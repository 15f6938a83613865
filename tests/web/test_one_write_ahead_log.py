"""SQLite's locks belong to a process: whoever opens and closes the file beside SQLite throws away all of them."""

from __future__ import annotations

import sqlite3
import subprocess
import sys

import pytest

from web.database.models import Audit
from web.database.session import Database

PASSING_BY = """
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as connection:
    connection.execute("SELECT count(*) FROM audit").fetchall()
connection.close()
"""


@pytest.mark.service
def test_what_another_process_closes_is_not_taken_from_under_us(services, settings):
    """With its locks lost, the log that we write to is deleted by whoever closes last, and nobody else reads us."""
    path, ours = settings.home / "site.db", Database(settings.database_url)
    with ours.read() as first, ours.read() as second:  # the second connection is made while the first is open
        assert first.query(Audit).count() == second.query(Audit).count() == 0
    services.database.close()
    subprocess.run([sys.executable, "-c", PASSING_BY, str(path)], check=True)
    assert (settings.home / "site.db-wal").exists()
    with ours.write() as session:
        session.add(Audit(at=services.clock(), action="written"))
    with sqlite3.connect(path) as somebody_else:
        assert somebody_else.execute("SELECT action FROM audit").fetchall() == [("written",)]
    ours.close()
