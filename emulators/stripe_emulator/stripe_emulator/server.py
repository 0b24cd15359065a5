"""A threaded HTTP/1.1 server for the emulator's Flask app that keeps connections open, as Stripe does.

werkzeug's own `run_wsgi` closes every connection and afterwards drains the socket, which would swallow the next request
of a connection that is kept; so that one method is replaced.
"""

from __future__ import annotations

import io
import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.test import run_wsgi_app

if TYPE_CHECKING:
    from flask import Flask

POLL_SECONDS = 0.02
BACKLOG = 128
DROP = "stripe_emulator.drop"
"""In the WSGI environment: an event that the app sets to have the connection closed without an answer."""


class Handler(WSGIRequestHandler):
    """Serves the requests of one connection, one after the other."""

    protocol_version = "HTTP/1.1"
    # Headers and body are two writes: without this the second waits for the client's delayed ACK.
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.server.connections.add(self.connection)  # type: ignore[attr-defined]

    def finish(self) -> None:
        self.server.connections.discard(self.connection)  # type: ignore[attr-defined]
        super().finish()

    def run_wsgi(self) -> None:
        """One request; the whole body is read first, so that the next request starts where it should."""
        self.environ = self.make_environ()
        length = int(self.headers.get("Content-Length") or 0)
        self.environ["wsgi.input"] = io.BytesIO(self.rfile.read(length))
        drop = self.environ[DROP] = threading.Event()
        chunks, status, headers = run_wsgi_app(self.server.app, self.environ, buffered=True)
        if drop.is_set():
            self.close_connection = True
            _shut(self.connection)
            return
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"".join(chunks))

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: the control API has the log of requests."""


def _shut(connection: socket.socket) -> None:
    # The other side may have gone first.
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


class Server:
    """The listening socket and its connections. Raises OSError where the port is taken."""

    def __init__(self, port: int, app: Flask) -> None:
        # Given a port, werkzeug ends the process where that is taken; given a socket, the error is ours to raise.
        with socket.create_server(("127.0.0.1", port), backlog=BACKLOG) as listening:
            self._server = ThreadedWSGIServer("127.0.0.1", port, app, Handler, fd=listening.fileno())
        self._server.connections = set()  # type: ignore[attr-defined]

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._server.port

    def serve(self) -> None:
        """Answer until stopped."""
        self._server.serve_forever(poll_interval=POLL_SECONDS)

    def stop(self) -> None:
        """Take no more connections and end those that are open."""
        self._server.shutdown()
        for connection in list(self._server.connections):  # type: ignore[attr-defined]
            _shut(connection)

    def close(self) -> None:
        """Give the port back."""
        self._server.server_close()
