"""What the use cases see of Stripe and of the deployment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from payments.core.store import Store
from payments.domain.chat.records import Attempt, Hold, Terms
from payments.domain.shop.orders import Order
from payments.stripe_model.answers import Answer, Misconfigured, PageAnswer, TryAgain
from payments.stripe_model.events import EventPage
from payments.stripe_model.reversals import MoneyBack


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Configuration of a deployment, read once an instance. Without `app_base_url` nothing is sold on Checkout."""

    terms: Terms
    publishable_key: str
    stripe_rate: float
    livemode: bool
    app_base_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """What a use case is given. `now` answers aware UTC; `sleep` takes seconds; `new_id` makes random UUIDs."""

    store: Store
    gateway: Gateway
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    sleep: Callable[[float], None]
    config: Config


class Gateway(Protocol):
    """Stripe. Every call that makes, captures or cancels carries a key and parameters made of what is on record."""

    def create(self, attempt: Attempt) -> Answer:
        """Create the attempt's PaymentIntent."""
        ...

    def capture(self, hold: Hold) -> Answer:
        """Capture the whole hold."""
        ...

    def cancel(self, hold: Hold) -> Answer:
        """Cancel the hold for the reason on record."""
        ...

    def retrieve(self, intent_id: str) -> Answer:
        """Read the PaymentIntent as it is now."""
        ...

    def money_back(self, intent_id: str) -> MoneyBack | TryAgain | Misconfigured:
        """Read refunds and disputes of a PaymentIntent as they are now."""
        ...

    def list_events(
        self, types: Sequence[str], since: datetime, after: str | None
    ) -> EventPage | TryAgain | Misconfigured:
        """Read what has happened since then, of these types, newest first, after the event of that id."""
        ...

    def create_page(self, order: Order) -> PageAnswer:
        """Create the Checkout Session of the order's current attempt."""
        ...

    def expire_page(self, page_id: str) -> PageAnswer:
        """Close a Checkout Session; refused where it is no longer open."""
        ...

    def retrieve_page(self, page_id: str) -> PageAnswer:
        """Read the Checkout Session as it is now."""
        ...
