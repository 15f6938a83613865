"""Who waits for a grade is woken when the recorder has written it, by a word through Redis that may get lost."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Event, Lock
from typing import Any

import redis
from redis.exceptions import RedisError

CHANNEL = "chainrule.settled"
SECONDS = 1.0  # between tries where Redis is away

log = logging.getLogger(__name__)


def announce(client: Any, submissions: Iterable[str]) -> None:
    """Say which submissions have been settled. Where nobody hears it, they look by themselves a little later."""
    try:
        with client.pipeline(transaction=False) as pipeline:
            for submission in submissions:
                pipeline.publish(CHANNEL, submission)
            pipeline.execute()
    except (RedisError, OSError) as error:
        log.warning("not announced: %s", type(error).__name__)


class Bulletin:
    """What this process hears. One thread listens, from the first time that somebody waits."""

    def __init__(self, redis_url: str) -> None:
        self._url = redis_url
        self._lock = Lock()
        self._waiting: dict[str, set[Event]] = {}
        self._listener: threading.Thread | None = None

    @contextmanager
    def expecting(self, submission: str) -> Iterator[Event]:
        """An event that is set when this submission has been settled."""
        self._listen()
        event = Event()
        with self._lock:
            self._waiting.setdefault(submission, set()).add(event)
        try:
            yield event
        finally:
            with self._lock:
                self._waiting[submission].discard(event)
                if not self._waiting[submission]:
                    del self._waiting[submission]

    def _listen(self) -> None:
        """Start the listener where there is a Redis to listen to and nobody does yet."""
        with self._lock:
            if self._listener is None and self._url.startswith(("redis", "unix", "valkey")):
                self._listener = threading.Thread(target=self._hear, name="bulletin", daemon=True)
                self._listener.start()

    def _hear(self) -> None:
        while True:
            try:
                self._hear_until_it_breaks()
            except (RedisError, OSError):
                time.sleep(SECONDS)

    def _hear_until_it_breaks(self) -> None:
        with (
            redis.Redis.from_url(self._url, socket_connect_timeout=SECONDS) as client,
            client.pubsub(ignore_subscribe_messages=True) as channel,
        ):
            channel.subscribe(CHANNEL)
            for message in channel.listen():
                self._wake(message["data"].decode(errors="replace"))

    def _wake(self, submission: str) -> None:
        with self._lock:
            for event in self._waiting.get(submission, ()):
                event.set()
