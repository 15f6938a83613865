"""What all tables share: how constraints are called, which columns types become, and time in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import JSON, DateTime, MetaData, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase

Role = Literal["student", "assistant", "instructor"]
STAFF = frozenset[Role](["assistant", "instructor"])
State = Literal["waiting", "graded", "ours"]  # ours: to be mended by us, nothing was counted
Counts = Literal["best", "last"]
Hidden = Literal["deadline", "date", "never", "always"]  # from when on hidden checks are shown to students
RegradeState = Literal["running", "ready", "published", "discarded"]
PushState = Literal["waiting", "done", "refused"]
PublicationState = Literal["begun", "out", "lost"]

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """A time in UTC. SQLite forgets time zones, so this gives them back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Any) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without its zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _: Any) -> datetime | None:
        return value and (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC))


class Base(DeclarativeBase):
    """What all tables share."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as written
        datetime: Moment,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        Role: String(16),
        State: String(16),
        Counts: String(8),
        Hidden: String(8),
        RegradeState: String(16),
        PushState: String(16),
        PublicationState: String(8),
    }
