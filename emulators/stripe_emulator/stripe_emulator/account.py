"""What the emulated Stripe account holds: objects by kind, a clock that can be moved, and what is due later.

Everything happens under one lock. Objects are kept in their wire shape; events carry snapshots of them.
"""

from __future__ import annotations

import heapq
import itertools
import json
import random
import string
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stripe_emulator.errors import Json, Object, missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stripe_emulator.cards import Card

API_VERSION = "2026-10-28.endive"
STRIPE_CHECKOUT = "https://checkout.stripe.com"
ID_ALPHABET = string.ascii_letters + string.digits


@dataclass
class Settings:
    """What a test may change about the account while the emulator runs.

    `request_three_d_secure` is a Radar rule that asks for 3-D Secure wherever a card supports it; `konbini` says
    whether the account has that payment method switched on.
    """

    account_id: str = "acct_1EmulatedAccount00"
    country: str = "JP"
    capture_window: int | None = None
    legacy_release_events: bool = False
    latency: float = 0.0
    request_three_d_secure: bool = False
    konbini: bool = True


@dataclass(frozen=True)
class Cause:
    """The API request that an event comes from; both None where Stripe acts by itself."""

    request_id: str | None = None
    idempotency_key: str | None = None


def _nobody_listens(events: list[Object]) -> None:
    """The default of `publish`."""


@dataclass
class Account:
    """The account's state. Use it only inside `acting()`, which takes the lock and publishes the events at its end."""

    seed: int | None = None
    settings: Settings = field(default_factory=Settings)
    publish: Callable[[list[Object]], None] = _nobody_listens
    offset: float = 0.0
    revision: int = 0
    livemode: bool = False
    checkout_url: str = STRIPE_CHECKOUT
    """Where the hosted Checkout pages are."""

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self._random = random.Random(self.seed)  # noqa: S311  (ids of a test, not secrets)
        self._order = itertools.count()
        self.clear()

    def clear(self) -> None:
        """Forget every object and bring the clock back; ids are never given twice, also after this."""
        self.tables: dict[str, dict[str, Object]] = {}
        self.cards: dict[str, Card] = {}
        self.endpoint_secrets: dict[str, str] = {}
        self.line_items: dict[str, list[Object]] = {}
        self.intent_data: dict[str, Object] = {}
        self.spent_forms: set[str] = set()
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._outbox: list[Object] = []
        self._cause = Cause()
        self.offset = 0.0

    @contextmanager
    def acting(self, cause: Cause | None = None) -> Iterator[Account]:
        """Hold the lock, first let everything happen that is due, and publish what happened in order of creation."""
        with self.lock:
            try:
                self._cause = Cause()
                self._run_due()
                self._cause = cause or Cause()
                yield self
            finally:
                events, self._outbox = self._outbox, []
                self.publish(events)

    @property
    def now(self) -> int:
        """The account's time in unix seconds, UTC."""
        return int(time.time() + self.offset)

    def move_clock(self, seconds: float) -> None:
        """Let time pass; what falls due happens at its own time, not at the end."""
        target = self.offset + seconds
        while self._due and self._due[0][0] <= time.time() + target:
            when = self._due[0][0]
            self.offset = max(self.offset, when - time.time() + 0.001)
            self._run_due()
        self.offset = target

    def at(self, when: float, action: Callable[[], None]) -> None:
        """Do something when the account's clock has passed `when` (unix seconds)."""
        heapq.heappush(self._due, (when, next(self._order), action))

    def _run_due(self) -> None:
        while self._due and self._due[0][0] <= time.time() + self.offset:
            heapq.heappop(self._due)[2]()

    def new_id(self, prefix: str) -> str:
        """A fresh id in Stripe's form."""
        return prefix + "_" + self.token(24)

    def token(self, length: int) -> str:
        """Random letters and digits."""
        return "".join(self._random.choices(ID_ALPHABET, k=length))

    def table(self, kind: str) -> dict[str, Object]:
        """All objects of one kind by id, oldest first."""
        return self.tables.setdefault(kind, {})

    def add(self, made: Object) -> Object:
        """Keep a new object."""
        if "livemode" in made:
            made["livemode"] = self.livemode
        self.table(made["object"])[made["id"]] = made
        self.revision += 1
        return made

    def change(self, changed: Object, **fields: Json) -> Object:
        """Set fields of an object that is kept."""
        changed.update(fields)
        self.revision += 1
        return changed

    def remove(self, gone: Object) -> None:
        """Forget an object."""
        del self.table(gone["object"])[gone["id"]]
        self.revision += 1

    def find(self, kind: str, identifier: str, param: str = "id", status: int = 404) -> Object:
        """The object with this id. Raises `resource_missing`."""
        found = self.table(kind).get(identifier)
        if found is None:
            raise missing(kind, identifier, param, status)
        return found

    def emit(self, event_type: str, subject: Object, previous: Object | None = None) -> None:
        """Record an event about an object as it is now; `previous` has the old values of what an update changed."""
        data = {"object": json.loads(json.dumps(subject)), **({"previous_attributes": previous} if previous else {})}
        event = {
            "id": self.new_id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.now,
            "data": data,
            "livemode": self.livemode,
            "pending_webhooks": 0,
            "request": {"id": self._cause.request_id, "idempotency_key": self._cause.idempotency_key},
            "type": event_type,
        }
        self._outbox.append(self.add(event))
