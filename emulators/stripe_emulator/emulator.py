"""The emulator put together: world, pipeline, webhooks and the HTTP server, running in threads of this process."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Self

from .app import make_app
from .delivery import Deliverer, Retries, Target
from .pipeline import Pipeline
from .server import Server
from .world import Settings, World

if TYPE_CHECKING:
    from types import TracebackType

    from .errors import Object

DEFAULT_SECRET_KEY = "sk_test_emulator"  # noqa: S105  (known to all: it opens nothing)
DEFAULT_WEBHOOK_SECRET = "whsec_emulator"  # noqa: S105  (as above)


class StripeEmulator:
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
        self.secret_key = secret_key
        self.webhook_secret = webhook_secret
        self.webhook_url = webhook_url
        self._latency = latency
        self.world = World(seed=seed, settings=Settings(latency=latency), publish=self._publish)
        self.pipeline = Pipeline(self.world, secret_key)
        self.deliverer = Deliverer(retries or Retries(), self._is_live, self._taken)
        self._server = Server(port, make_app(self))
        self.world.checkout_url = self.url
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

    def reset(self) -> None:
        """Back to an empty account: objects, clock, faults, keys, logs, webhooks that wait. URLs and keys stay."""
        with self.world.lock:
            self.world.clear()
            self.world.settings = Settings(latency=self._latency)
            self.pipeline.keys.clear()
            self.pipeline.log.clear()
            self.pipeline.faults.clear()
            self.deliverer.clear()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _targets(self) -> list[Target]:
        targets = [Target("cli", self.webhook_url, self.webhook_secret)] if self.webhook_url else []
        for endpoint in self.world.table("webhook_endpoint").values():
            if endpoint["status"] == "enabled":
                secret = self.world.endpoint_secrets[endpoint["id"]]
                targets.append(Target(endpoint["id"], endpoint["url"], secret, tuple(endpoint["enabled_events"])))
        return targets

    def _publish(self, events: list[Object]) -> None:
        if not events:
            return
        targets = self._targets()
        pairs = [(event, target) for event in events for target in targets if target.wants(event["type"])]
        for event, _ in pairs:
            event["pending_webhooks"] += 1
        self.deliverer.publish(pairs)

    def _is_live(self, target: Target) -> bool:
        if target.id == "cli":
            return True
        endpoint = self.world.table("webhook_endpoint").get(target.id)
        return endpoint is not None and endpoint["status"] == "enabled"

    def _taken(self, event_id: str) -> None:
        with self.world.lock:
            event = self.world.table("event").get(event_id)
            if event:
                event["pending_webhooks"] = max(event["pending_webhooks"] - 1, 0)
