"""A student is told of every score that became another one, and of nothing else."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from web.changes import tell
from web.database.models import ScoreChange


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [(2.0, 4.0, True), (4.0, 2.0, True), (None, 3.0, True), (3.0, None, True), (3.0, 3.0, False)],
)
def test_only_a_change_is_told(site, old, new, told):
    ada, exercise = site.people["ada"], site.assignments["product_gradient"]
    with site.services.database.write() as session:
        tell(session, ada, exercise, None, old, new, "looked at again", site.clock())
    with site.services.database.read() as session:
        rows = [(row.old, row.new, row.why, row.read_at) for row in session.scalars(select(ScoreChange))]
    assert rows == ([(old, new, "looked at again", None)] if told else [])
