"""What Stripe was seen to say of a PaymentIntent, in our own words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from .records import Hold


class Money(StrEnum):
    """Where the money of a PaymentIntent is. UNKNOWN is "read it again later", never a guess."""

    UNPAID = "unpaid"
    HELD = "held"
    CAPTURED = "captured"
    CANCELED = "canceled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """A PaymentIntent as Stripe described it at one moment, `at`. Amounts in the smallest unit of `currency`.

    It is a chat's by `session_id` or a shop order's by `order_id`; both come from its metadata.
    """

    id: str
    at: datetime
    money: Money
    amount: int
    currency: str
    manual: bool
    amount_received: int
    created_at: datetime
    user_id: str = ""
    session_id: str = ""
    order_id: str = ""
    consultant_id: str = ""
    attempt: int = 0
    authorized_at: datetime | None = None
    capture_before: datetime | None = None
    canceled_at: datetime | None = None
    error_code: str | None = None
    client_secret: str | None = field(default=None, repr=False)


def said_of(hold: Hold, money: Money, at: datetime) -> Observed:
    """What Stripe said of a hold without showing its PaymentIntent, such as by an event about its charge."""
    return Observed(
        id=hold.id,
        at=at,
        money=money,
        amount=hold.amount,
        currency=hold.currency,
        manual=True,
        amount_received=hold.amount_captured,
        created_at=hold.created_at,
    )
