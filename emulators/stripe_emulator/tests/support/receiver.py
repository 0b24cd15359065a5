"""A webhook endpoint that records what it gets and answers what it is told to."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

BARRIER_SECONDS = 60


@dataclass(frozen=True)
class Delivered:
    """One delivery as it came over the wire."""

    body: bytes
    signature: str

    @property
    def event(self) -> dict[str, Any]:
        """The event in it."""
        decoded: dict[str, Any] = json.loads(self.body)
        return decoded


@dataclass
class Receiver:
    """Answers with the statuses given, one after the other, and with 200 when they are used up."""

    statuses: list[int] = field(default_factory=list)
    deliveries: list[Delivered] = field(default_factory=list)
    barrier: threading.Barrier | None = None

    def __post_init__(self) -> None:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.deliveries.append(Delivered(body, self.headers["Stripe-Signature"]))
                if receiver.barrier:
                    receiver.barrier.wait(BARRIER_SECONDS)
                status = receiver.statuses.pop(0) if receiver.statuses else 200
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing: the deliveries are the log."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def meet(self, parties: int) -> None:
        """Answer only when so many deliveries are here at the same time; a lonely one is never answered."""
        self.barrier = threading.Barrier(parties)

    @property
    def url(self) -> str:
        """Where to deliver to."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/webhooks"

    @property
    def types(self) -> list[str]:
        """The types of the events delivered, in order."""
        return [delivered.event["type"] for delivered in self.deliveries]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
