"""Webhooks: every event goes, signed, to every URL that listens, in order of creation, again until it is taken.

Source: https://docs.stripe.com/webhooks. A 2xx is success and anything else is not; redirects are not followed; each
try has a new timestamp and signature. The backoff is short, because tests wait for it.
"""

from __future__ import annotations

import heapq
import itertools
import json
import random
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import requests
from stripe import WebhookSignature

if TYPE_CHECKING:
    from collections.abc import Callable

    from stripe_emulator.errors import Json, Object

Mode = Literal["deliver", "hold"]
WORKERS = 8
USER_AGENT = "Stripe/1.0 (+https://stripe.com/docs/webhooks)"


@dataclass(frozen=True)
class Target:
    """A URL that listens, with the secret that its deliveries are signed with."""

    id: str
    url: str
    secret: str
    enabled_events: tuple[str, ...] = ("*",)

    def wants(self, event_type: str) -> bool:
        """Whether this event type is subscribed to."""
        return "*" in self.enabled_events or event_type in self.enabled_events


@dataclass(order=True)
class Delivery:
    """One event on its way to one URL."""

    due: float
    order: int
    event: Object = field(compare=False)
    target: Target = field(compare=False)
    attempt: int = field(default=1, compare=False)


@dataclass
class Retries:
    """How often and how fast a refused delivery is tried again (seconds)."""

    attempts: int = 8
    first_wait: float = 0.2
    longest_wait: float = 5.0
    timeout: float = 30.0

    def wait(self, attempt: int) -> float:
        """Seconds until the next try."""
        return float(min(self.first_wait * 2 ** (attempt - 1), self.longest_wait))


class Deliverer:
    """The background workers that send events: one after the other, or up to `parallel` at a time."""

    def __init__(self, retries: Retries, is_live: Callable[[Target], bool], taken: Callable[[str], None]) -> None:
        self._retries = retries
        self._is_live = is_live
        self._taken = taken
        self._wake = threading.Condition()
        self._queue: list[Delivery] = []
        self._held: list[tuple[Object, Target]] = []
        self._order = itertools.count()
        self._busy = 0
        self._stopped = False
        self.clear()
        for number in range(WORKERS):
            threading.Thread(target=self._run, name=f"stripe-emulator-webhooks-{number}", daemon=True).start()

    def clear(self) -> None:
        """Forget everything that waits, the log, and every switch."""
        with self._wake:
            self._queue, self._held = [], []
            self.log: list[Object] = []
            self.mode: Mode = "deliver"
            self.duplicate = 1
            self.parallel = 1
            self.shuffle: int | None = None
            self._wake.notify_all()

    def switch(self, **switches: Json) -> None:
        """Set `mode`, `duplicate`, `shuffle` or `parallel`. Raises ValueError for anything else."""
        current = self.switches()
        if switches.keys() - current.keys() or switches.get("mode", "hold") not in ("deliver", "hold"):
            raise ValueError(f"the switches are {current}")
        with self._wake:
            vars(self).update(switches)
            self._wake.notify_all()

    def switches(self) -> dict[str, Any]:
        """How deliveries are made at present."""
        return {
            "mode": self.mode,
            "duplicate": self.duplicate,
            "shuffle": self.shuffle,
            "parallel": self.parallel,
        }

    def publish(self, events: list[tuple[Object, Target]]) -> None:
        """Send (or hold) the events of one request, in the order given."""
        if not events:
            return
        with self._wake:
            if self.mode == "hold":
                self._held.extend(events)
            else:
                self._enqueue(events)

    def _enqueue(self, events: list[tuple[Object, Target]]) -> None:
        copies = [pair for pair in events for _ in range(self.duplicate)]
        if self.shuffle is not None:
            random.Random(self.shuffle).shuffle(copies)  # noqa: S311  (an order, not a secret)
        for event, target in copies:
            heapq.heappush(self._queue, Delivery(time.monotonic(), next(self._order), event, target))
        self._wake.notify_all()

    def flush(self, order: list[str] | None) -> None:
        """Send what is held, in the order of the event ids given (those not named come last, as created)."""
        with self._wake:
            held, self._held = self._held, []
            if order is not None:
                position = {event_id: index for index, event_id in enumerate(order)}
                held.sort(key=lambda pair: position.get(pair[0]["id"], len(position)))
            self._enqueue(held)

    def drop(self) -> int:
        """Forget what is held: those webhooks are lost. Answers how many there were."""
        with self._wake:
            lost, self._held = len(self._held), []
            return lost

    def held(self) -> list[Object]:
        """The held events, oldest first."""
        with self._wake:
            return [{"id": event["id"], "type": event["type"]} for event, _ in self._held]

    def wait(self, timeout: float) -> int:
        """Block until nothing is on its way (retries included). Answers how many still are after the timeout."""
        with self._wake:
            self._wake.wait_for(lambda: not self._queue and not self._busy, timeout)
            return len(self._queue) + self._busy

    def stop(self) -> None:
        """End the workers; a delivery that is on its way is not waited for."""
        with self._wake:
            self._stopped = True
            self._wake.notify_all()

    def _run(self) -> None:
        with requests.Session() as session:
            session.trust_env = False
            while (delivery := self._next()) is not None:
                self._attempt(session, delivery)

    def _next(self) -> Delivery | None:
        with self._wake:
            while not self._stopped:
                now = time.monotonic()
                if self._queue and self._queue[0].due <= now and self._busy < self.parallel:
                    self._busy += 1
                    return heapq.heappop(self._queue)
                sooner = self._queue[0].due - now if self._queue else 0
                self._wake.wait(sooner if sooner > 0 else None)
            return None

    def _attempt(self, session: requests.Session, delivery: Delivery) -> None:
        status = self._send(session, delivery) if self._is_live(delivery.target) else None
        taken = status is not None and 200 <= status < 300
        if taken:
            self._taken(delivery.event["id"])
        with self._wake:
            self._busy -= 1
            self.log.append(_entry(delivery, status))
            if not taken and delivery.attempt < self._retries.attempts and self._is_live(delivery.target):
                delivery.due = time.monotonic() + self._retries.wait(delivery.attempt)
                delivery.attempt += 1
                heapq.heappush(self._queue, delivery)
            self._wake.notify_all()

    def _send(self, session: requests.Session, delivery: Delivery) -> int | None:
        payload = json.dumps(delivery.event, indent=2)
        # The receiver compares the timestamp with its own clock, so it is the real time, not the account's.
        header = WebhookSignature.generate_signature_header(payload, delivery.target.secret, int(time.time()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": header,
            "User-Agent": USER_AGENT,
        }
        try:
            answer = session.post(
                delivery.target.url,
                data=payload.encode(),
                headers=headers,
                timeout=self._retries.timeout,
                allow_redirects=False,
            )
        except requests.RequestException:
            return None
        return answer.status_code


def _entry(delivery: Delivery, status: int | None) -> dict[str, Any]:
    return {
        "event": delivery.event["id"],
        "type": delivery.event["type"],
        "object": delivery.event["data"]["object"]["id"],
        "target": delivery.target.id,
        "url": delivery.target.url,
        "attempt": delivery.attempt,
        "status": status,
    }
