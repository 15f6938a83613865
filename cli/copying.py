"""Whole databases: a consistent copy as one SQLite file, and back from it into either kind of database."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import Engine, Table, func, insert, make_url, select, text
from sqlalchemy.orm import Session

from web.database import models
from web.database.schema import MIGRATIONS, current, upgrade
from web.database.session import Database

BATCH = 200  # rows: a report may be large


class NotEmpty(Exception):
    """The database that is to be filled holds something already."""


def sqlite_file(url: str) -> Path | None:
    """The file behind the URL of a SQLite database; None for another kind."""
    parts = make_url(url)
    return Path(parts.database or "") if parts.get_backend_name() == "sqlite" else None


def revision_of(url: str) -> str | None:
    """Of the tables; None where there are none. Raises SQLAlchemyError."""
    file = sqlite_file(url)
    if file and not file.exists():
        return None
    with closing(Database(url)) as database:
        return current(database)


def known_revisions() -> set[str]:
    """Every one that this version can bring to its own."""
    return {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}


def copy_out(url: str, target: Path) -> None:
    """One state of the database, as a new SQLite file, while others write. PostgreSQL's tables must be of this version.

    Raises sqlite3.Error, SQLAlchemyError.
    """
    file = sqlite_file(url)
    if file:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as source:
            _copy_pages(source, target)
        return
    with closing(Database(url)) as source_database, closing(Database(f"sqlite:///{target}")) as copy:
        upgrade(copy)
        _copy_rows(source_database.engine.execution_options(isolation_level="REPEATABLE READ"), copy)


def copy_in(source: Path, url: str) -> None:
    """Fill an empty database that is not a SQLite file: all of it, or nothing. Raises NotEmpty, SQLAlchemyError."""
    with closing(Database(f"sqlite:///{source}")) as backup, closing(Database(url)) as target:
        upgrade(backup)
        upgrade(target)
        _copy_rows(backup.engine, target)


def _copy_pages(source: sqlite3.Connection, target: Path) -> None:
    target.touch(mode=0o600, exist_ok=False)
    with closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # so that the file is all there is


def _copy_rows(source: Engine, target: Database) -> None:
    with Session(source) as reading, target.write() as writing:
        tables = models.Assignment.metadata.sorted_tables
        if any(writing.scalar(select(func.count()).select_from(table)) for table in tables):
            raise NotEmpty
        for table in tables:
            found = reading.execute(select(table).execution_options(yield_per=BATCH))
            for batch in found.mappings().partitions(BATCH):
                writing.execute(insert(table), [dict(row) for row in batch])
            _count_on(writing, table)


def _count_on(session: Session, table: Table) -> None:
    """The next row's number comes after those that were copied. SQLite sees to that itself."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for column in table.primary_key.columns:
        sequence = session.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), _names(table, column.name))
        if sequence:
            last = session.scalar(select(func.max(column)))
            session.execute(text("SELECT setval(:name, :last, :used)"), _place(sequence, last))


def _names(table: Table, column: str) -> dict[str, str]:
    return {"table": table.name, "column": column}


def _place(sequence: str, last: int | None) -> dict[str, object]:
    return {"name": sequence, "last": last or 1, "used": last is not None}
