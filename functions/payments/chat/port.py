"""What the chat's use cases may touch: the database, the clock, the terms, and this much of Stripe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from payments.core.store import Store
from payments.domain.chat.records import Attempt, Hold, Terms
from payments.stripe_model.answers import IntentAnswer, Misconfigured, TryAgain
from payments.stripe_model.identity import StripeIdentity
from payments.stripe_model.reversals import Reversals


class ChatGateway(Protocol):
    """Stripe. Every call that creates, captures or cancels has a key and parameters made of what is on record."""

    def create(self, attempt: Attempt) -> IntentAnswer:
        """Create the attempt's PaymentIntent."""
        ...

    def capture(self, hold: Hold) -> IntentAnswer:
        """Capture the whole hold."""
        ...

    def cancel(self, hold: Hold) -> IntentAnswer:
        """Cancel the hold for the reason on record."""
        ...

    def retrieve(self, intent_id: str) -> IntentAnswer:
        """Read the PaymentIntent as it is now."""
        ...

    def reversals(self, intent_id: str) -> Reversals | TryAgain | Misconfigured:
        """Read the refunds and disputes of a PaymentIntent as they are now."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatDeps:
    """What a use case of the chat is given. `now` answers aware UTC.

    `identity` says whose Stripe key is in use; `app` names this deployment at Stripe.
    """

    store: Store
    stripe: ChatGateway
    now: Callable[[], datetime]
    terms: Terms
    identity: Callable[[], StripeIdentity]
    app: str
