"""The records that are kept: holds, chat sessions, attempt counters, alerts.

Money is an `int` of the currency's smallest unit (JPY has no smaller one: ¥5,000 is 5000) beside its lower-case
currency code. Times are timezone-aware UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from .states import HoldStatus, SessionStatus

#: Who ended a chat, where nobody did.
SYSTEM: Final = "system"


class Operation(StrEnum):
    """What we are doing to a hold at Stripe."""

    CAPTURE = "capture"
    CANCEL = "cancel"


class CancelReason(StrEnum):
    """Why a hold is let go. The first three are Stripe's own words and may come from a caller; the others are ours."""

    REQUESTED_BY_CUSTOMER = "requested_by_customer"
    DUPLICATE = "duplicate"
    FRAUDULENT = "fraudulent"
    ABANDONED = "abandoned"
    SUPERSEDED = "superseded"
    DIFFERS = "differs"
    UNCOLLECTED = "uncollected"


CALLER_REASONS = frozenset({CancelReason.REQUESTED_BY_CUSTOMER, CancelReason.DUPLICATE, CancelReason.FRAUDULENT})


class Source(StrEnum):
    """By which door a session was opened (H-01)."""

    PAYMENT = "payment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is sold: the price (H-08) in the smallest unit of `currency`, the length, a hold's longest life (H-11)."""

    price: int
    currency: str
    minutes: int
    hold: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """`payment_intents/{id}`: one PaymentIntent with manual capture, and our use of it (H-07, H-14)."""

    id: str
    user_id: str
    session_id: str
    consultant_id: str
    attempt: int
    amount: int
    currency: str
    status: HoldStatus
    created_at: datetime
    authorized_at: datetime | None = None
    confirmed_at: datetime | None = None
    capture_before: datetime | None = None
    started_at: datetime | None = None
    ends_at: datetime | None = None
    operation: Operation | None = None
    operation_at: datetime | None = None
    operation_attempt: int = 1
    refused_at: datetime | None = None
    late_refused_at: datetime | None = None
    cancel_reason: CancelReason | None = None
    captured_at: datetime | None = None
    canceled_at: datetime | None = None
    amount_captured: int = 0
    refunded_total: int = 0
    dispute_status: str | None = None
    last_error: str | None = None
    due_at: datetime | None = None

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being done to it at Stripe, and nothing is about to be."""
        return self.operation is None and self.cancel_reason is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """`sessions/{id}`: one chat between a payer and a consultant, over all its attempts to pay (H-06, H-13)."""

    id: str
    user_id: str
    consultant_id: str
    status: SessionStatus
    attempt: int
    amount: int
    currency: str
    minutes: int
    created_at: datetime
    requested_at: datetime
    source: Source = Source.PAYMENT
    intent_id: str | None = None
    used_intent_id: str | None = None
    started_at: datetime | None = None
    expires_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None
    due_at: datetime | None = None

    @property
    def participants(self) -> tuple[str, str]:
        """The two who may read the chat."""
        return (self.user_id, self.consultant_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultant:
    """`consultants/{uid}`: may override the configured price, in the smallest unit of the configured currency."""

    id: str
    active: bool
    price: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`limits/{uid}`: how many new attempts to pay a person has made since `since`."""

    user_id: str
    attempts: int
    since: datetime
    expire_at: datetime


class AlertKind(StrEnum):
    """What a person has to look at. Each is worth waking somebody who answers for the money."""

    AMOUNT_DIFFERS = "amount_differs"
    CAPTURED_UNUSED = "captured_unused"
    CONTRADICTION = "contradiction"
    DISPUTED = "disputed"
    USED_BUT_UNPAID = "used_but_unpaid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """`alerts/{kind}:{intentId}`: written with the change that causes it, once for a hold, and logged as an error."""

    kind: AlertKind
    intent_id: str
    session_id: str
    amount: int
    currency: str
    text: str
    at: datetime

    @property
    def id(self) -> str:
        """Deterministic, so that the same trouble met again is the same alert."""
        return f"{self.kind}:{self.intent_id}"
