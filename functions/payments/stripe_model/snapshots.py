"""Stripe's PaymentIntents, Charges and Checkout Sessions as Stripe described them at one moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class IntentStatus(StrEnum):
    """Where the money of a PaymentIntent is. UNKNOWN is "read it again later", never a guess."""

    UNPAID = "unpaid"
    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    CANCELED = "canceled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentIntentSnapshot:
    """A PaymentIntent as Stripe described it at one moment, `at`. Amounts in the smallest unit of `currency`.

    It is a chat's by `session_id` or a shop order's by `order_id`; both come from its metadata, as does `app`, the
    deployment that made it: empty if it was made before deployments named themselves, or by something else. `account`
    is whose key read it, if that is known.
    """

    id: str
    at: datetime
    status: IntentStatus
    amount: int
    currency: str
    manual: bool
    amount_received: int
    created_at: datetime
    app: str = ""
    user_id: str = ""
    session_id: str = ""
    order_id: str = ""
    consultant_id: str = ""
    attempt: int = 0
    authorized_at: datetime | None = None
    capture_before: datetime | None = None
    canceled_at: datetime | None = None
    error_code: str | None = None
    livemode: bool | None = None
    account: str | None = None
    client_secret: str | None = field(default=None, repr=False)

    @property
    def received(self) -> Received:
        """The money that it has brought in for an order."""
        return Received(order_id=self.order_id, intent_id=self.id, amount=self.amount_received, currency=self.currency)


@dataclass(frozen=True, slots=True)
class IntentPage:
    """A page of Stripe's list of PaymentIntents, newest first, and the id behind which the next one begins, if any."""

    snapshots: tuple[PaymentIntentSnapshot, ...]
    next_after: str | None


class CheckoutStatus(StrEnum):
    """Where a Checkout page is. UNKNOWN is "read it again later", never a guess."""

    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutSession:
    """A Checkout Session as Stripe described it. Its address is for the payer alone.

    `has_failed`: its delayed payment will never come.
    """

    id: str
    order_id: str
    status: CheckoutStatus
    is_paid: bool
    amount: int
    currency: str
    app: str = ""
    intent_id: str | None = None
    has_failed: bool = False
    expires_at: datetime | None = None
    livemode: bool | None = None
    account: str | None = None
    url: str | None = field(default=None, repr=False)

    @property
    def is_over(self) -> bool:
        """Whether nobody can pay by it any more, nor has."""
        return not self.is_paid and (self.status is CheckoutStatus.EXPIRED or self.has_failed)

    @property
    def received(self) -> Received | None:
        """The money that it has brought in, if it has."""
        if not self.is_paid or self.intent_id is None:
            return None
        return Received(order_id=self.order_id, intent_id=self.intent_id, amount=self.amount, currency=self.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """Stripe says that a PaymentIntent has brought in `amount` for an order."""

    order_id: str
    intent_id: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeSnapshot:
    """What an event says of a charge: whose it is, whether it was captured, until when it can be.

    `session_id` and `order_id` are from the metadata that Stripe copies from the PaymentIntent: hints of what to read.
    """

    intent_id: str
    session_id: str
    order_id: str
    is_captured: bool
    capture_before: datetime | None
