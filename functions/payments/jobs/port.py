"""What jobs may touch: the chat, the shop, and Stripe's lists of events and of PaymentIntents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from payments.chat.port import ChatDeps
from payments.core.store import Store
from payments.shop.port import ShopDeps
from payments.stripe_model.answers import Misconfigured, TryAgain
from payments.stripe_model.events import EventPage
from payments.stripe_model.snapshots import IntentPage


class EventList(Protocol):
    """Stripe's list of what has happened."""

    def list_events(
        self, types: Sequence[str], since: datetime, after: str | None
    ) -> EventPage | TryAgain | Misconfigured:
        """Read what has happened since then, of these types, newest first, after the event of that id."""
        ...


class IntentList(Protocol):
    """Stripe's list of the account's PaymentIntents."""

    def list_intents(self, since: datetime, after: str | None) -> IntentPage | TryAgain | Misconfigured:
        """Read those made since then, newest first, after the one of that id."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDeps:
    """What a job is given. `livemode` says whose events count: those of live keys or of test keys.

    `has_found` is told when Stripe has answered about a payment that is on record.
    """

    store: Store
    chat: ChatDeps
    shop: ShopDeps
    events: EventList
    intents: IntentList
    now: Callable[[], datetime]
    livemode: bool
    has_found: Callable[[], None]
