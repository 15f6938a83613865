"""A worker says that it lives and what it has: a key at the broker that vanishes when nobody renews it."""

from __future__ import annotations

import json
import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Self

import torch
from celery import Celery
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from grader.messages import WORKERS, Presence
from grader.plain import to_plain
from worker.sandbox.launch import Sandbox
from worker.settings import Settings

RENEWED, KEPT = 5.0, 15  # seconds

log = logging.getLogger(__name__)


def presence(settings: Settings, sandbox: Sandbox) -> Presence:
    """What this worker can grade now; a GPU that is out of order is not among it."""
    found = Presence(settings.devices, settings.slots, torch=torch.__version__)
    if not sandbox.lender:
        return found
    if not sandbox.lender.works:
        return replace(found, devices=tuple(device for device in settings.devices if device != "gpu"))
    return replace(found, gpu=sandbox.lender.device.name, driver=sandbox.lender.device.driver)


class Announcer(threading.Thread):
    """A context manager: what `presence` says is renewed within it, and taken back at its end."""

    def __init__(self, app: Celery, presence: Callable[[], Presence]) -> None:
        super().__init__(name="announcer", daemon=True)
        self._app, self._presence = app, presence
        self._key = f"{WORKERS}:{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._ended = threading.Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self.join(2 * RENEWED)

    def run(self) -> None:
        while not self._ended.is_set():
            self._tell(self._renew)
            self._ended.wait(RENEWED)
        self._tell(lambda broker: broker.pipeline().delete(self._key).srem(WORKERS, self._key).execute())

    def _renew(self, broker: Any) -> None:
        broker.pipeline().set(self._key, self._words(), ex=KEPT).sadd(WORKERS, self._key).execute()

    def _words(self) -> str:
        return json.dumps(to_plain(Presence, self._presence()))

    def _tell(self, act: Callable[[Any], object]) -> None:
        """A broker that is away hears it next time; until then nobody knows of us, which is true of jobs as well."""
        try:
            with self._app.connection() as connection:
                act(connection.default_channel.client)
        except (OperationalError, RedisError, OSError) as error:
            log.warning("not announced", extra={"why": type(error).__name__})
