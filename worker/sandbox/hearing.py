"""Understands what a box says: frames, in the one order that makes sense, become outcomes. Trusts nothing."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.calls import Failed, Mention, Note, Outcome, Reason, Returned, Value
from worker.sandbox.inside import wire

LARGEST_TALK = 64 << 20  # bytes of frames from one box
LONGEST_WORDS = 400  # characters taken over from the box in one place
MOST_PIECES = 20_000  # lists, numbers and arrays in all answers of one box: the judge looks at each by itself
LONG = 32  # a list of at least as many numbers is an array
UNSTORABLE = re.compile("[\\x00\\ud800-\\udfff]")
REASONS: dict[str, Reason] = {
    "raised": "raised",
    "missing": "missing",
    "unsendable": "unsendable",
    "forbidden": "forbidden",
}


class Garbled(Exception):
    """The box said something that is no part of this conversation."""


@dataclass
class Talk:
    """What a box has said so far. Frames are read in the one order that makes sense; anything else is garbled."""

    calls: int
    pending: bytearray = field(default_factory=bytearray)
    heard: int = 0
    mentions: tuple[Mention, ...] | None = None
    notes: tuple[Note, ...] | None = None
    trouble: Failed | None = None
    device: tuple[str, str] | None = ("", "")  # what went wrong with it, and its name; None until a box has said it
    outcomes: list[Outcome] = field(default_factory=list)
    own: float = 0.0
    arrived: list[float] = field(default_factory=list)  # when: first that the files were loaded, then each answer
    pieces: int = 0
    done: bool = False

    def take(self, piece: bytes) -> None:
        """Add bytes from the box and read the frames that are complete. Raises Garbled."""
        self.heard += len(piece)
        if self.heard > LARGEST_TALK:
            raise Garbled
        self.pending += piece
        try:
            while not self.done and len(self.pending) >= wire.HEADER.size and self._read_frame():
                pass
        except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
            raise Garbled from error

    def is_through(self, calls: int) -> bool:
        """Whether the files are loaded and so many calls answered."""
        return self.notes is not None and not self.trouble and len(self.outcomes) >= calls

    def _read_frame(self) -> bool:
        start = wire.HEADER.size
        tree, buffers = wire.lengths(bytes(self.pending[:start]))
        end = start + tree + buffers
        if len(self.pending) < end:
            return False
        content = wire.unpack(bytes(self.pending[start : start + tree]), bytes(self.pending[start + tree : end]))
        del self.pending[:end]
        self._understand(content)
        return True

    def _understand(self, frame: Any) -> None:
        if not isinstance(frame, dict):
            raise Garbled
        if self.device is None:
            wrong, name = frame["device"]
            self.device = _words(wrong), _words(name)
            self.done = bool(self.device[0])
        elif self.mentions is None:
            said = frame["mentions"]
            self.mentions = tuple(Mention(_words(k), _words(n), _words(f), _line(at)) for k, n, f, at in said)
            self.trouble = _trouble(frame["trouble"])
            self.done = self.trouble is not None
        elif self.notes is None:
            self.notes = tuple(Note(_words(c), _words(s), _words(f), _line(at)) for c, s, f, at in frame["notes"][:50])
            self.trouble = _trouble(frame["trouble"])
            self.own += _seconds(frame["own"])
            self.arrived.append(time.perf_counter())
        elif "done" in frame:
            self.done = True
        elif len(self.outcomes) < self.calls:
            self.own += _seconds(frame["own"])
            self.outcomes.append(self._outcome(frame))
            self.arrived.append(time.perf_counter())
            if self.pieces > MOST_PIECES:  # whatever follows would be refused as well, after it had been read
                self.outcomes += [self.outcomes[-1]] * (self.calls - len(self.outcomes))
                self.done = True
        else:
            raise Garbled

    def _outcome(self, frame: dict[str, Any]) -> Outcome:
        if "returned" not in frame:
            return _trouble(frame["failed"]) or Failed("garbled")
        changed, strayed = frame["changed"], frame.get("strayed", False)
        if type(strayed) is not bool:
            raise Garbled
        if not all(type(place) is int and 0 <= place < 100 for place in changed):
            raise Garbled
        value = self._value(frame["returned"])
        if self.pieces > MOST_PIECES:
            return Failed("unsendable", "too many separate lists and numbers (an array counts as one)")
        return Returned(value, tuple(changed[:100]), strayed)

    def _value(self, value: Value) -> Value:
        """The value as the judge takes it: arrays, whatever their layout was in the box, also for long lists."""
        self.pieces += 1
        if isinstance(value, wire.Laid):
            return value.array
        if isinstance(value, wire.Named):
            raise Garbled
        if isinstance(value, tuple | list):
            if len(value) >= LONG and all(map(_is_number, value)):
                return np.array(value)
            return type(value)(self._value(item) for item in value)
        if isinstance(value, dict):
            return {self._value(key): self._value(item) for key, item in value.items()}
        return storable(value) if isinstance(value, str) else value


def _is_number(value: Value) -> bool:
    if isinstance(value, np.ndarray):
        return value.ndim == 0 and value.dtype.kind in "if"
    return type(value) is float or (type(value) is int and -(1 << 63) <= value < 1 << 63)


def _trouble(said: list[Any]) -> Failed | None:
    if not said:
        return None
    reason, text, file, line = said
    return Failed(REASONS[reason], _words(text), _words(file), _line(line) or None)


def _words(text: Any) -> str:
    if not isinstance(text, str):
        raise Garbled
    return storable(text[:LONGEST_WORDS])


def storable(text: str) -> str:
    """The text without what a database or UTF-8 refuses: NUL and halves of surrogate pairs."""
    return UNSTORABLE.sub("\ufffd", text)


def _line(number: Any) -> int:
    if type(number) is not int or not 0 <= number < 1 << 31:
        raise Garbled
    return number


def _seconds(value: Any) -> float:
    """A time that the box claims; it is shown, never judged by."""
    if not isinstance(value, float) or not 0.0 <= value < 1e6:
        raise Garbled
    return value
