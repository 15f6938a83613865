"""The class of the gradebook's tests."""

from tests.web.gradebook.conftest import school

__all__ = ["school"]
