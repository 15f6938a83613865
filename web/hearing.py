"""What workers say, as the recorder hears it: nothing is forgotten by the broker before it is settled."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import redis
from redis.exceptions import ResponseError

from grader.messages import LANES, MESSAGE, Lane, Message, reports_of
from grader.places import for_redis
from grader.plain import from_plain
from web import bulletin

RECORDER = "recorder"  # the one group of readers of each stream, and the one name in it, whatever process that is
SECONDS = 1.0  # for a connection
HANGING_SECONDS = 10.0  # after which an answer of the broker is not waited for any more
AGAIN_SECONDS = 10.0  # between two looks at what was taken and never settled, by a recorder that was killed beside us
UNSETTLED, NEW = "0", ">"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Heard:
    """Messages of one lane. names: of all entries that were taken; what is no message has a name as well."""

    lane: Lane
    names: tuple[bytes, ...]
    messages: tuple[Message, ...]


class Hearing:
    """Begins with what was taken and never settled, by whoever was killed, and looks for it again now and then.

    Two may take the same at once: it is recorded once. Raises RedisError.
    """

    def __init__(self, redis_url: str) -> None:
        self._broker: Any = redis.Redis.from_url(  # whose types do not tell one answer from another
            for_redis(redis_url),
            protocol=2,
            socket_connect_timeout=SECONDS,
            socket_timeout=HANGING_SECONDS,
        )
        self._from, self._again = UNSETTLED, 0.0

    def close(self) -> None:
        self._broker.close()

    def take(self, most: int, patience: float) -> list[Heard]:
        """Up to so many messages of each lane, students' first; waits so many seconds for the first."""
        if time.monotonic() >= self._again:
            self._from = UNSETTLED
        streams = {reports_of(lane): self._from for lane in LANES}
        try:
            found = self._broker.xreadgroup(RECORDER, RECORDER, streams, most, int(patience * 1000))
        except ResponseError as error:
            if not str(error).startswith("NOGROUP"):
                raise
            self._make_groups()
            return []
        taken = {name: entries for name, entries in found if entries}
        if not taken and self._from == UNSETTLED:
            self._from, self._again = NEW, time.monotonic() + AGAIN_SECONDS
        return [_heard(lane, taken[name]) for lane in LANES if (name := reports_of(lane).encode()) in taken]

    def settle(self, heard: Heard) -> None:
        """These need not come again."""
        stream = reports_of(heard.lane)
        with self._broker.pipeline() as pipeline:
            pipeline.xack(stream, RECORDER, *heard.names).xdel(stream, *heard.names).execute()

    def announce(self, submissions: Sequence[str]) -> None:
        """Wake whoever waits for these."""
        bulletin.announce(self._broker, submissions)

    def _make_groups(self) -> None:
        """Of a broker that is new, or has forgotten everything. Another recorder may do the same."""
        for lane in LANES:
            try:
                self._broker.xgroup_create(reports_of(lane), RECORDER, id="0", mkstream=True)
            except ResponseError as error:
                if not str(error).startswith("BUSYGROUP"):
                    raise


def _heard(lane: Lane, entries: Sequence[tuple[bytes, dict[bytes, bytes] | None]]) -> Heard:
    messages = (_read(fields or {}) for _, fields in entries)
    return Heard(lane, tuple(name for name, _ in entries), tuple(message for message in messages if message))


def _read(fields: dict[bytes, bytes]) -> Message | None:
    try:
        message: Message = from_plain(Message, json.loads(fields.get(MESSAGE, b"")), "message")
    except (ValueError, RecursionError) as error:
        log.error("a message that is none: %s", error)  # noqa: TRY400 - the stack says no more
        return None
    return message
