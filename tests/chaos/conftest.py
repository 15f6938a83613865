"""The site's fixtures, for those who kill it."""

from tests.web.conftest import hashed_password, settings  # noqa: F401
