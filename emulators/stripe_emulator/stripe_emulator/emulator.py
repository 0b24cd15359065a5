"""The emulator put together: the service and its HTTP server, running in threads of this process."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Self

from stripe_emulator.app import make_app
from stripe_emulator.server import Server
from stripe_emulator.service import Service

if TYPE_CHECKING:
    from types import TracebackType

    from stripe_emulator.webhooks.delivery import Retries

DEFAULT_SECRET_KEY = "sk_test_emulator"  # noqa: S105  (known to all: it opens nothing)
DEFAULT_WEBHOOK_SECRET = "whsec_emulator"  # noqa: S105  (as above)


class StripeEmulator(Service):
    """A stateful stand-in for Stripe; the unmodified SDK talks to `url` through `base_addresses={"api": url}`.

    `webhook_url` gets every event, signed with `webhook_secret`, as with `stripe listen --forward-to`; endpoints
    that are registered through the API get theirs beside it. `latency` is added to every API request, in seconds.
    With a `seed` the ids are the same in every run; without one they are random, so that runs can share a database.
    """

    def __init__(  # noqa: PLR0913  (what a command line offers; all but four by name only)
        self,
        port: int = 0,
        secret_key: str = DEFAULT_SECRET_KEY,
        webhook_url: str | None = None,
        webhook_secret: str = DEFAULT_WEBHOOK_SECRET,
        *,
        latency: float = 0.0,
        seed: int | None = None,
        retries: Retries | None = None,
    ) -> None:
        super().__init__(secret_key, webhook_url, webhook_secret, latency=latency, seed=seed, retries=retries)
        self._server = Server(port, make_app(self))
        self.account.checkout_url = self.url
        self._thread = threading.Thread(target=self._server.serve, name="stripe-emulator", daemon=True)

    @property
    def url(self) -> str:
        """Where it listens; on the loopback only."""
        return f"http://127.0.0.1:{self._server.port}"

    def start(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Close every connection and end the threads."""
        self.deliverer.stop()
        if self._thread.is_alive():
            self._server.stop()
            self._thread.join()
        self._server.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()
