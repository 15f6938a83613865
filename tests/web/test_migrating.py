"""A database that was filled before the newest migrations has everything after them, and what is new is harmless."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from alembic import command
from sqlalchemy import Connection, MetaData, Table, select

from web.database import schema
from web.database.models import Assignment, Column, Comment, Course, Publication
from web.database.session import Database

MOMENT = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.service)])
def database(request, tmp_path) -> Iterator[Database]:
    """Empty."""
    sqlite = f"sqlite:///{tmp_path}/before.db"
    made = Database(sqlite if request.param == "sqlite" else request.getfixturevalue("postgresql_url"))
    yield made
    made.close()


def upgrade(connection: Connection, revision: str) -> None:
    config = schema._config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def fill(connection: Connection, table_name: str, /, **given: object) -> None:
    """A row of a table as it was then; where nothing is given, something stands in what may not be empty."""
    table = Table(table_name, MetaData(), autoload_with=connection)
    needed = (one for one in table.columns if not one.nullable and one.server_default is None)
    usual = {str: "x", int: 1, float: 1.0, bool: False, datetime: MOMENT, object: []}
    connection.execute(table.insert(), {one.name: usual[one.type.python_type] for one in needed} | given)


def test_what_was_there_before_there_were_weights_and_drafts_is_there_and_nothing_old_is_news(database):
    with database.engine.execution_options(writes=True).begin() as connection:
        upgrade(connection, "0007")
        fill(connection, "users", email="ada@example.org")
        fill(connection, "courses", counts="best", shows_hidden="deadline")
        fill(connection, "assignments", exercise="product_gradient")
        fill(connection, "columns", name="Oral exam")
        fill(connection, "submissions", id="one", state="waiting")
        fill(connection, "comments", submission_id="one", text="Look here.")
    schema.upgrade(database)
    assert schema.current(database) == schema.newest()
    with database.read() as session:
        course = session.scalars(select(Course)).one()
        assert (course.draft, course.weights, course.shows_total) == (False, None, True)
        assert [session.scalars(select(one.category)).one() for one in (Assignment, Column)] == ["", ""]
        comment = session.scalars(select(Comment)).one()
        assert (comment.text, comment.read_at) == ("Look here.", comment.created_at)
        assert session.scalars(select(Publication)).all() == []
