"""Stripe's events, in our own types."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from payments.stripe_model.snapshots import ChargeSnapshot, CheckoutSession, PaymentIntentSnapshot
from payments.stripe_model.suspicions import Suspicion

#: What an event is about.
About = PaymentIntentSnapshot | ChargeSnapshot | CheckoutSession | Suspicion | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event of Stripe's, about a PaymentIntent, a charge, a Checkout page, a suspicion, or a PaymentIntent's id."""

    id: str
    type: str
    at: datetime
    livemode: bool
    is_another_accounts: bool
    about: About | None


@dataclass(frozen=True, slots=True)
class EventPage:
    """A page of Stripe's list of events, newest first, and the id after which the next one begins, if there is one."""

    events: tuple[Event, ...]
    next_after: str | None


class BadWebhook(Exception):
    """A webhook that is not a signed event of Stripe's; its text says why and holds nothing of the payload."""
