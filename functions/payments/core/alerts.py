"""What a person has to look at: kept in `alerts`, and logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class AlertKind(StrEnum):
    """What a person has to look at. Each is worth waking whoever answers for the money."""

    AMOUNT_DIFFERS = "amount_differs"
    CAPTURED_UNUSED = "captured_unused"
    CONTRADICTION = "contradiction"
    DIFFERS = "differs"
    DISPUTED = "disputed"
    FRAUD_WARNING = "fraud_warning"
    PAID_TWICE = "paid_twice"
    REFUND_FAILED = "refund_failed"
    REVIEW = "review"
    STRIPE_CHANGED = "stripe_changed"
    STUCK = "stuck"
    UNKNOWN_AT_STRIPE = "unknown_at_stripe"
    UNKNOWN_PAYMENT = "unknown_payment"
    USED_BUT_UNPAID = "used_but_unpaid"
    WEBHOOKS_SILENT = "webhooks_silent"


#: The text of an `unknown_at_stripe`.
UNKNOWN_TEXT: Final = "Stripe knows no such PaymentIntent under this key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """`alerts/{kind}:{intentId}`: written with the change that causes it, once for a PaymentIntent, and logged.

    It is about a chat session, about an order (by its id if it has no PaymentIntent), or about the Stripe account that
    `account` names; a `webhooks_silent` has the last event that was heard in the place of the PaymentIntent.
    `closed_at`: the trouble is over, by itself.
    """

    kind: AlertKind
    intent_id: str | None = None
    session_id: str | None = None
    order_id: str | None = None
    account: str | None = None
    amount: int = 0
    currency: str = ""
    text: str
    at: datetime
    closed_at: datetime | None = None

    @property
    def id(self) -> str:
        """Deterministic, so that the same trouble met again is the same alert."""
        return f"{self.kind}:{self.intent_id or self.order_id or self.account}"
