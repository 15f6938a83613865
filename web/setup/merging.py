"""Forms of two people at once: what somebody left alone in theirs stays as it is set by now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

BEGINS = "was-"  # a hidden field of that name says what the form was filled with


def merged(form: Mapping[str, str], now: Mapping[str, Any]) -> dict[str, str]:
    """The form, with what is set by now in each field that stands as it was filled.

    A form that does not say how it was filled, a program's say, is taken as it stands.
    """
    alone = (name for name in now if name in form and form[name] == form.get(BEGINS + name))
    return {**form, **{name: str(now[name]) for name in alone}}
