"""The emulated Stripe without its HTTP server: the account, the API that acts on it, and the webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stripe_emulator.account import Account, Settings
from stripe_emulator.pipeline import Pipeline
from stripe_emulator.webhooks.delivery import Deliverer, Retries, Target

if TYPE_CHECKING:
    from stripe_emulator.errors import Object


class Service:
    """One account, with its keys. `StripeEmulator` says what the arguments do."""

    def __init__(
        self,
        secret_key: str,
        webhook_url: str | None,
        webhook_secret: str,
        *,
        latency: float,
        seed: int | None,
        retries: Retries | None,
    ) -> None:
        self.secret_key = secret_key
        self.webhook_secret = webhook_secret
        self.webhook_url = webhook_url
        self._latency = latency
        self.account = Account(seed=seed, settings=Settings(latency=latency), publish=self._publish)
        self.account.livemode = secret_key.startswith(("sk_live_", "rk_live_"))
        self.pipeline = Pipeline(self.account, secret_key)
        self.deliverer = Deliverer(retries or Retries(), self._is_live, self._taken)

    def reset(self) -> None:
        """Back to an empty account: objects, clock, faults, keys, logs, webhooks that wait. URLs and keys stay."""
        with self.account.lock:
            self.account.clear()
            self.account.settings = Settings(latency=self._latency)
            self.pipeline.keys.clear()
            self.pipeline.log.clear()
            self.pipeline.faults.clear()
            self.deliverer.clear()

    def _targets(self) -> list[Target]:
        targets = [Target("cli", self.webhook_url, self.webhook_secret)] if self.webhook_url else []
        for endpoint in self.account.table("webhook_endpoint").values():
            if endpoint["status"] == "enabled":
                secret = self.account.endpoint_secrets[endpoint["id"]]
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
        endpoint = self.account.table("webhook_endpoint").get(target.id)
        return endpoint is not None and endpoint["status"] == "enabled"

    def _taken(self, event_id: str) -> None:
        with self.account.lock:
            event = self.account.table("event").get(event_id)
            if event:
                event["pending_webhooks"] = max(event["pending_webhooks"] - 1, 0)
