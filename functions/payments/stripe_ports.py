"""What the use cases see of Stripe: its answers and its events in our own types. No SDK in sight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from .domain.money_back import MoneyBack
from .domain.observed import Observed
from .domain.orders import Order
from .domain.pages import Page
from .domain.records import Attempt, Hold


@dataclass(frozen=True, slots=True)
class Done:
    """Stripe did it, or had done it; this is the PaymentIntent now."""

    seen: Observed


@dataclass(frozen=True, slots=True)
class Refused:
    """Stripe refused, for good: the same request would be refused again. `code` is Stripe's.

    `is_spent` where only the idempotency key is used up, such as by a stored 5xx, and nobody has refused the payment.
    """

    code: str
    is_spent: bool = False


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Nobody knows whether it was done: read the PaymentIntent and go by its status."""

    reason: str


@dataclass(frozen=True, slots=True)
class Misconfigured:
    """Our key or our request is wrong: nothing was done, and a person has to mend it."""

    reason: str


Answer = Done | Refused | TryAgain | Misconfigured
PageAnswer = Page | Refused | TryAgain | Misconfigured


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeNote:
    """What an event says of a charge: whose it is, whether it was captured, until when it can be.

    `session_id` and `order_id` are from the metadata that Stripe copies from the PaymentIntent: hints of what to read.
    """

    intent_id: str
    session_id: str
    order_id: str
    is_captured: bool
    capture_before: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event of Stripe's, about a PaymentIntent, a charge, a Checkout page, or a PaymentIntent's id."""

    id: str
    type: str
    at: datetime
    livemode: bool
    is_another_accounts: bool
    about: Observed | ChargeNote | Page | str | None


@dataclass(frozen=True, slots=True)
class EventPage:
    """A page of Stripe's list of events, newest first, and the id after which the next one begins, if there is one."""

    events: tuple[Event, ...]
    next_after: str | None


class BadWebhook(Exception):
    """A webhook that is not a signed event of Stripe's; its text says why and holds nothing of the payload."""


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
