"""What a worker says to the site, on a stream at the broker for each lane: reports, and signs of life."""

from __future__ import annotations

import json
import queue as queues
import threading
import time
from contextlib import suppress
from dataclasses import dataclass

import redis
from redis.backoff import ConstantBackoff, NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from grader.messages import MESSAGE, Began, Fault, Graded, Lane, Message, Progress, reports_of
from grader.places import for_redis
from grader.plain import to_plain

SECONDS = 1.0  # for a connection, and between tries
HANGING_SECONDS = 10.0  # after which an answer of the broker is not waited for any more
PATIENCE = Retry(ConstantBackoff(SECONDS), 60)
SOON = 0.1  # seconds; most jobs are done by then, and nobody needs to hear that they began


class Teller:
    """Safe for threads. Connects when there is something to say."""

    def __init__(self, url: str) -> None:
        self._broker = redis.Redis.from_url(
            for_redis(url),
            socket_connect_timeout=SECONDS,
            socket_timeout=HANGING_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )

    def tell(self, lane: Lane, message: Graded | Fault) -> None:
        """What settles a job is held for a minute while the broker is away; then it is lost, until the site asks again.

        Raises RedisError.
        """
        PATIENCE.call_with_retry(lambda: self._say(lane, message), lambda _: None)

    def mention(self, lane: Lane, message: Began | Progress) -> None:
        """What may be lost."""
        with suppress(RedisError, OSError):
            self._say(lane, message)

    def _say(self, lane: Lane, message: Message) -> None:
        self._broker.xadd(reports_of(lane), {MESSAGE: json.dumps(to_plain(Message, message))})


@dataclass(frozen=True)
class Sign:
    """To be given at a moment of the monotonic clock, unless the job is over by then."""

    lane: Lane
    message: Began | Progress
    at: float
    over: threading.Event


class Aside(threading.Thread):
    """Gives signs of life without making anyone wait: a box has its time limit, and the broker may be away."""

    def __init__(self, teller: Teller) -> None:
        super().__init__(name="aside", daemon=True)
        self._teller = teller
        self._waiting: queues.Queue[Sign] = queues.Queue(maxsize=1000)

    def tell(self, lane: Lane, message: Began | Progress, over: threading.Event, after: float = 0.0) -> None:
        """From any thread; so many seconds later, unless it is over by then."""
        with suppress(queues.Full):
            self._waiting.put_nowait(Sign(lane, message, time.monotonic() + after, over))

    def run(self) -> None:
        while True:
            sign = self._waiting.get()
            if not sign.over.wait(max(sign.at - time.monotonic(), 0.0)):
                self._teller.mention(sign.lane, sign.message)


@dataclass(frozen=True)
class Voice:
    """How is spoken of one job. over: set when it is settled."""

    lane: Lane
    teller: Teller
    aside: Aside
    over: threading.Event

    def began(self, message: Began) -> None:
        """Soon, if it is not over by then; of a regrade at once, whose losses count only where one had begun."""
        if self.lane == "regrades":
            self.teller.mention(self.lane, message)
        else:
            self.aside.tell(self.lane, message, self.over, SOON)

    def progress(self, message: Progress) -> None:
        """How far it is."""
        self.aside.tell(self.lane, message, self.over)

    def settled(self, message: Graded | Fault) -> None:
        """The answer. Raises RedisError."""
        self.over.set()
        self.teller.tell(self.lane, message)
