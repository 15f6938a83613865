"""Who waits to write comes in between the transactions of one who writes again and again."""

from __future__ import annotations

import sqlite3
import statistics
import threading
import time
from contextlib import closing

import pytest
from sqlalchemy.exc import OperationalError

from web.database import session as database_session
from web.database.session import Database

HELD, FREE = 0.05, 0.002  # seconds


def test_a_writer_waits_for_a_few_transactions_of_another_one_and_not_for_dozens(services, settings):
    other, over, turns = Database(settings.database_url), threading.Event(), [0]

    def busy():
        while not over.is_set():
            with other.write() as session:
                session.connection()
                time.sleep(HELD)
            turns[0] += 1
            time.sleep(FREE)

    thread = threading.Thread(target=busy)
    thread.start()
    waited = []
    for _ in range(10):
        time.sleep(HELD * 0.7)  # in the middle of the other's
        before = turns[0]
        with services.database.write() as session:
            session.connection()
            waited.append(turns[0] - before)
    over.set()
    thread.join()
    other.close()
    assert statistics.median(waited) <= 2


@pytest.mark.parametrize("code", [sqlite3.SQLITE_BUSY_SNAPSHOT, sqlite3.SQLITE_BUSY_RECOVERY])
def test_whoever_finds_another_one_faster_goes_on_waiting(code):
    """SQLite says more than that it is busy where one committed between our look and our lock, or mends a log."""

    class Contended(sqlite3.Connection):
        refused = False

        def execute(self, statement, *given):
            if statement.startswith("BEGIN") and not self.refused:
                self.refused = True
                error = sqlite3.OperationalError("database is locked")
                error.sqlite_errorcode = code
                raise error
            return super().execute(statement, *given)

    with closing(sqlite3.connect(":memory:", factory=Contended, isolation_level=None)) as driver:
        assert database_session._came_in(driver)
        assert driver.in_transaction


def test_one_who_waits_in_vain_is_told_so_as_ever(services, settings, monkeypatch):
    monkeypatch.setattr(database_session, "BUSY_SECONDS", 0.1)
    other = Database(settings.database_url)
    with other.write() as session:
        session.connection()
        with pytest.raises(OperationalError, match="locked"), services.database.write() as waiting:
            waiting.connection()
    with services.database.write() as session:
        session.connection()
    other.close()
