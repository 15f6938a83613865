"""A host of repositories for tests: gives a commit's archive as Gitea does, and is wrong on request."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


@dataclass
class Forge:
    """answers: by path, (status, headers, content); drip: seconds between the bytes of an answer."""

    answers: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)
    drip: float = 0.0

    def __enter__(self) -> Self:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                owner.asked.append((self.path, dict(self.headers)))
                status, headers, content = owner.answers.get(self.path, (404, {}, b""))
                self.send_response(status)
                for name, value in ({"Content-Length": str(len(content))} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                with suppress(OSError):
                    self.give(content)

            def give(self, content: bytes) -> None:
                for start in range(0, len(content), 1 if owner.drip else 1 << 20):
                    self.wfile.write(content[start : start + (1 if owner.drip else 1 << 20)])
                    time.sleep(owner.drip)

            def log_message(self, *_) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.name = f"127.0.0.1:{self.server.server_port}"
        self.base = f"http://{self.name}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def put(self, commit: str, content: bytes, name: str = "ada/homework") -> None:
        self.answers[f"/{name}/archive/{commit}.zip"] = (200, {}, content)
