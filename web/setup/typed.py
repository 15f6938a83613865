"""A form as it was typed, read field by field: a value where there is one, else a mistake at that field."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

from grader.messages import Text
from web.setup import local_times
from web.setup.local_times import NoSuchTime

Word = TypeVar("Word", bound=str)

DECIMAL = re.compile(r"[0-9]{1,6}(?:[.,][0-9]{1,4})?")


class Typed:
    """mistakes: what has to be mended, by field. What is asked for where nothing valid stands gets a stand-in."""

    def __init__(self, form: Mapping[str, str], zone: ZoneInfo) -> None:
        self.form, self.zone = form, zone
        self.mistakes: dict[str, Text] = {}

    def __getitem__(self, name: str) -> str:
        return " ".join(self.form.get(name, "").split())

    def refuse(self, name: str, en: str, zh: str) -> None:
        """The first mistake at a field is the one that is said."""
        self.mistakes.setdefault(name, Text(en, zh))

    def one_of(self, name: str, words: Collection[Word]) -> Word:
        if self[name] not in words:
            self.refuse(name, "Choose one of these.", "请从中选择一项。")
            return next(iter(words))
        return cast("Word", self[name])

    def whole(self, name: str, least: int, most: int) -> int:
        """A whole number; `least` where nothing is written and that is zero."""
        text = self[name] or ("0" if least == 0 else "")
        if not (text.isascii() and text.isdecimal() and len(text) < 8 and least <= int(text) <= most):
            self.refuse(name, f"Write a whole number from {least} to {most}.", f"请填写 {least} 到 {most} 之间的整数。")
            return least
        return int(text)

    def percent(self, name: str) -> float:
        """From 0 to 100; none where nothing is written. A comma is taken for a point."""
        text = self[name] or "0"
        value = float(text.replace(",", ".")) if DECIMAL.fullmatch(text) else -1.0
        if not 0 <= value <= 100:
            self.refuse(name, "Write a number from 0 to 100.", "请填写 0 到 100 之间的数。")
            return 0.0
        return value

    def moment(self, name: str, now: datetime | None, *, later: bool = False) -> datetime | None:
        """None where nothing is written. now: what is there already; it stays, to the second, where nothing changed."""
        text = self[name].replace(" ", "T")
        if not text or text == local_times.field(now, self.zone):
            return now if text else None
        try:
            return local_times.typed(text, self.zone, later=later)
        except NoSuchTime as mistake:
            self.mistakes.setdefault(name, mistake.text)
            return None
