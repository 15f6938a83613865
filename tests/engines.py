"""What SQLAlchemy compiles for one test's SQLite serves the next one's; and who forgets a test may forget its disk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, event

from web.database import session


@pytest.fixture(scope="session", autouse=True)
def shared_engines() -> Iterator[None]:
    """Every test has engines of its own, and compiling each statement for each was a third of the site's tests' time."""
    model, compiled, made = create_engine("sqlite://"), {}, session._engine
    model.connect().close()  # the dialect learns what this SQLite can

    def engine(url: str) -> Engine:
        found = made(url)
        if found.dialect.name == "sqlite":
            found.dialect = model.dialect
            found.update_execution_options(compiled_cache=compiled)
            event.listen(found, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "_engine", engine)
        yield
