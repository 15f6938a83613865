"""gunicorn's threads, hearing nobody out for ever: who sends slowly, or will not hang up, holds up nobody else.

Theory of operation. A thread reads a request by blocking. Once a second the main loop looks at how long each has taken
and stops listening to those that take too long: what has arrived can still be read, and after it comes the end.
"""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

SECONDS = 30.0  # from the first byte of a request to its last: two megabytes over a slow line
SECONDS_WHEN_FULL = 4.0  # where no thread is left for others


class ImpatientWorker(ThreadWorker):  # type: ignore[misc]
    """gthread with an end to its patience."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._began: dict[TConn, float] = {}

    def handle(self, conn: TConn) -> Any:
        """One request, in a thread. The main loop closes what is over, and must not wait for the other side to."""
        self._began[conn] = time.monotonic()
        try:
            stays = super().handle(conn)
        finally:
            del self._began[conn]
        if not stays:
            stop_listening(conn)
        return stays

    def murder_pending(self) -> None:
        """Called once a second by the main loop."""
        super().murder_pending()
        began = list(self._began.items())
        patience = SECONDS if len(began) < self.cfg.threads else SECONDS_WHEN_FULL
        for conn, moment in began:
            if time.monotonic() - moment > patience:
                stop_listening(conn)


def stop_listening(conn: TConn) -> None:
    """Whoever reads from it next is told that nothing more comes. Answers still leave."""
    with suppress(OSError):
        conn.sock.shutdown(socket.SHUT_RD)
