"""One way to read and one way to write: on SQLite a writer takes its lock first, or updates would be lost silently."""

from __future__ import annotations

import os
import sqlite3
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.orm import Session

BUSY_SECONDS = 10  # a writer waits so long for another one
BUSY = f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}"
TURN = "PRAGMA busy_timeout = 2"
PRIMARY = 0xFF  # of SQLite's codes; what is above says more, as that somebody was faster (517), or recovers (261)

SQLITE = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    BUSY,
)


class Database:
    """Sessions over one engine, which connects when it is first used."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        weakref.finalize(self, self.engine.dispose).atexit = False  # a forked child has its parent's
        self._reading = _snapshots(self.engine)
        self._writing = self.engine.execution_options(writes=True)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session whose changes are thrown away. It sees one state of the database throughout."""
        with Session(self._reading, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction: committed at the end, undone where the block raises."""
        with Session(self._writing, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        self.engine.dispose()


def _engine(url: str) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        patience = {"connect_timeout": 5}
        return create_engine(
            url, pool_pre_ping=True, pool_size=8, max_overflow=8, connect_args=patience, hide_parameters=True
        )
    _make_folder(make_url(url).database)
    engine = create_engine(url, hide_parameters=True)  # errors are logged, and the values are code and seeds
    event.listen(engine, "do_connect", _make_file)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _snapshots(engine: Engine) -> Engine:
    """SQLite gives a reader one state by itself; PostgreSQL must be asked, or a page would show two at once."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ")


def _make_folder(path: str | None) -> None:
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)


def _make_file(_: object, __: object, arguments: list[Any], ___: object) -> None:
    """Only its owner may read it, in whatever folder it lies; SQLite gives the same rights to the files beside it.

    One that is there is not opened: closing it would let go of all locks that this process has on it, and another
    process would take the log from under us.
    """
    path = str(arguments[0])
    if path != ":memory:" and not path.startswith("file:"):
        with suppress(OSError):  # it is there already; or SQLite says in its own way what is wrong with it
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def _prepare(connection: Any, _: Any) -> None:
    """Take the beginning of transactions out of the driver's hands, into ours."""
    connection.isolation_level = None
    for line in SQLITE:
        connection.execute(line)


def _begin(connection: Any) -> None:
    """BEGIN IMMEDIATE for writers: one that first reads would otherwise be refused when it comes to write.

    SQLite looks ever more rarely whether the lock is free, at last ten times a second, and so hardly comes in between
    the transactions of one who writes again and again. We look every few milliseconds.
    """
    if not connection.get_execution_options().get("writes"):
        connection.exec_driver_sql("BEGIN")
        return
    driver = connection.connection.driver_connection
    driver.execute(TURN)
    try:
        if not _came_in(driver):
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # once more, to have it said in SQLAlchemy's own way
    finally:
        driver.execute(BUSY)


def _came_in(driver: sqlite3.Connection) -> bool:
    """Whether the lock became ours in time."""
    end = time.monotonic() + BUSY_SECONDS
    while time.monotonic() < end:
        try:
            driver.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & PRIMARY != sqlite3.SQLITE_BUSY:
                return False
        else:
            return True
    return False
