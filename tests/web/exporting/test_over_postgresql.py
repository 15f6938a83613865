"""An archive from one database reads into the other, and back, as it was."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from tests.serving import postgresql, postgresql_url  # noqa: F401 - fixtures
from tests.web.conftest import Clock
from tests.web.exporting.conftest import brought, exported
from tests.web.exporting.test_archive import comparable
from web.database.schema import upgrade
from web.exporting.opening import opened
from web.exporting.reading import bring
from web.exporting.writing import archive
from web.services import Services

pytestmark = pytest.mark.service


def test_sqlite_to_postgresql_and_back_is_the_same(full, postgresql_url):  # noqa: F811
    first = exported(full)
    other = Services.of(replace(full.services.settings, database_url=postgresql_url), Clock())
    upgrade(other.database)
    with opened(io.BytesIO(first)) as found:
        course = bring(other, found, "there", None)
    with full.app.test_request_context():
        there = b"".join(archive(other, course.id))
    other.database.close()
    assert comparable(there) == comparable(first)
    assert brought(full, there).status_code == 303
    assert comparable(exported(full, "again")) == comparable(first)
