"""Sending jobs to the workers. Whoever rings and is not heard rings again later: the row is the truth."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

from celery import Celery
from kombu.connection import Connection
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from grader.messages import GRADE, LANES, WORKERS, Job, Lane, Presence, queue_of, reports_of
from grader.places import for_kombu
from grader.plain import from_plain, to_plain

SECONDS = 1.0  # a student waits for no broker that has gone away

log = logging.getLogger(__name__)


class Doorbell:
    """Connects when it is first rung. Safe for threads."""

    def __init__(self, redis_url: str) -> None:
        self.app = Celery("chainrule", broker=for_kombu(redis_url), set_as_current=False)
        self.app.conf.update(
            accept_content=["json"],
            task_serializer="json",
            task_ignore_result=True,
            broker_transport_options={"socket_connect_timeout": SECONDS, "socket_timeout": SECONDS, "max_retries": 0},
            broker_pool_limit=16,
        )

    def ring(self, job: Job, lane: Lane) -> bool:
        """Whether the broker has taken the job. Files and seed stay out of the headers, which get logged."""
        try:
            self.app.send_task(
                GRADE, [to_plain(Job, job)], queue=queue_of(lane, job.device), argsrepr="", kwargsrepr="", retry=False
            )
        except (OperationalError, RedisError, OSError) as error:
            log.warning("bell not heard: %s", type(error).__name__)
            return False
        return True

    def answers(self) -> bool:
        """Whether the broker is there."""
        try:
            with self.connection() as connection:
                connection.default_channel.client.ping()
        except (OperationalError, RedisError, OSError):
            return False
        return True

    def waiting(self, lane: Lane, device: str) -> int:
        """How many jobs lie in a queue. Raises OSError where the broker is away."""
        return int(self._ask(lambda client: client.llen(queue_of(lane, device))))

    def unrecorded(self) -> int:
        """How many messages of the workers nobody has written down yet. Raises OSError where the broker is away."""
        return int(self._ask(lambda client: sum(client.xlen(reports_of(lane)) for lane in LANES)))

    def workers(self) -> tuple[Presence, ...]:
        """The workers that live and what they have. Raises OSError where the broker is away."""
        return tuple(presence for text in self._ask(_announced) if (presence := _presence(text)))

    def _ask(self, question: Callable[[Any], Any]) -> Any:
        try:
            with self.connection() as connection:
                return question(connection.default_channel.client)
        except (OperationalError, RedisError) as error:
            raise ConnectionError(str(error)) from error

    def connection(self) -> Connection:
        """A connection of one's own."""
        connection: Connection = self.app.connection_for_write()
        return connection


def _announced(client: Any) -> list[bytes]:
    """What living workers say. Who was killed is forgotten here: nobody else would do it."""
    keys = sorted(client.smembers(WORKERS))
    found = client.mget(keys) if keys else []
    gone = [key for key, text in zip(keys, found, strict=True) if text is None]
    if gone:
        client.srem(WORKERS, *gone)
    return [text for text in found if text is not None]


def _presence(text: bytes) -> Presence | None:
    """What a worker wrote; None where that is of another version."""
    try:
        found: Presence = from_plain(Presence, json.loads(text), "worker")
    except ValueError:
        return None
    return found
