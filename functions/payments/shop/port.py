"""What the shop's use cases may touch: the database, the clock, and this much of Stripe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from payments.core.store import Store
from payments.domain.shop.orders import Order
from payments.stripe_model.answers import CheckoutAnswer, IntentAnswer, Misconfigured, TryAgain
from payments.stripe_model.identity import StripeIdentity
from payments.stripe_model.reversals import Reversals


class CheckoutGateway(Protocol):
    """Stripe Checkout, and what it says of the PaymentIntents that paid. It never captures or cancels."""

    def create_checkout_session(self, order: Order) -> CheckoutAnswer:
        """Create the Checkout Session of the order's current attempt."""
        ...

    def expire_checkout_session(self, session_id: str) -> CheckoutAnswer:
        """Close a Checkout Session; refused if it is no longer open."""
        ...

    def retrieve_checkout_session(self, session_id: str) -> CheckoutAnswer:
        """Read the Checkout Session as it is now."""
        ...

    def retrieve(self, intent_id: str) -> IntentAnswer:
        """Read a PaymentIntent as it is now."""
        ...

    def reversals(self, intent_id: str) -> Reversals | TryAgain | Misconfigured:
        """Read the refunds and disputes of a PaymentIntent as they are now."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopDeps:
    """What a use case of the shop is given.

    `now` answers aware UTC; `new_id` makes random UUIDs; `app` names this deployment at Stripe. `identity` says whose
    Stripe key is in use; `stuck` is how long Stripe may leave an order unanswered.
    """

    store: Store
    stripe: CheckoutGateway
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    app: str
    identity: Callable[[], StripeIdentity]
    stuck: timedelta = timedelta(hours=1)
