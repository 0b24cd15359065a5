"""The records that money depends on: holds, chat sessions, consultants, alerts.

Money is an `int` of the currency's smallest unit (JPY has no smaller one: ¥5,000 is 5000) beside its lower-case
currency code. Times are timezone-aware UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from payments.domain.chat.states import HoldStatus, SessionStatus
from payments.stripe_model.identity import StripeIdentity

#: Who ended a chat that no person ended.
SYSTEM: Final = "system"


class Operation(StrEnum):
    """What we are doing to a hold at Stripe."""

    CAPTURE = "capture"
    CANCEL = "cancel"


class OutOfReach(StrEnum):
    """Why Stripe can't be asked about a hold under the key in use."""

    #: Another account or mode made it.
    OTHER_ACCOUNT = "other_account"
    #: Stripe answers that there is no such PaymentIntent.
    UNKNOWN = "unknown"


class CancelReason(StrEnum):
    """Why a hold is let go. The first three are Stripe's own words and may come from a caller; the others are ours."""

    REQUESTED_BY_CUSTOMER = "requested_by_customer"
    DUPLICATE = "duplicate"
    FRAUDULENT = "fraudulent"
    ABANDONED = "abandoned"
    SUPERSEDED = "superseded"
    DIFFERS = "differs"
    UNCOLLECTED = "uncollected"
    UNUSED = "unused"


CALLER_REASONS = frozenset({CancelReason.REQUESTED_BY_CUSTOMER, CancelReason.DUPLICATE, CancelReason.FRAUDULENT})


class Source(StrEnum):
    """By which door a session was opened (H-01)."""

    PAYMENT = "payment"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is sold: the price (H-08) in the smallest unit of `currency`, the length, a hold's longest life (H-11).

    `stuck` is how long Stripe may leave a hold's question unanswered before a person is alerted.
    """

    price: int
    currency: str
    minutes: int
    hold: timedelta
    stuck: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """`payment_intents/{id}`: one PaymentIntent with manual capture, and our use of it (H-07, H-14).

    `starts_at` is the plan of an extension; `started_at` says that the hold has been used, and is never cleared.
    `livemode` and `account` say which Stripe made it. `unanswered_since` is when what Stripe has not answered yet was
    first claimed or asked, `unanswered_why` what went wrong last, `stuck_at` when a person was alerted to it.
    """

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
    starts_at: datetime | None = None
    started_at: datetime | None = None
    ends_at: datetime | None = None
    operation: Operation | None = None
    operation_at: datetime | None = None
    operation_try: int = 1
    refused_at: datetime | None = None
    late_refused_at: datetime | None = None
    cancel_reason: CancelReason | None = None
    captured_at: datetime | None = None
    canceled_at: datetime | None = None
    amount_captured: int = 0
    refunded_total: int = 0
    dispute_status: str | None = None
    last_error: str | None = None
    livemode: bool | None = None
    account: str | None = None
    out_of_reach: OutOfReach | None = None
    unanswered_since: datetime | None = None
    unanswered_why: str | None = None
    stuck_at: datetime | None = None
    due_at: datetime | None = None

    @property
    def made_by(self) -> StripeIdentity:
        """Which Stripe made it, as far as that is known."""
        return StripeIdentity(livemode=self.livemode, account=self.account)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being done to it at Stripe, and nothing is about to be."""
        return self.operation is None and self.cancel_reason is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt to pay for a session: what Stripe is asked for, and the PaymentIntent once it is on record.

    `requested_at` is when it was claimed first, from which its idempotency key lives.
    """

    session_id: str
    user_id: str
    consultant_id: str
    number: int
    amount: int
    currency: str
    minutes: int
    requested_at: datetime
    intent_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextAttempt:
    """`sessions.next`: the attempt to extend a running chat, as `Attempt`."""

    attempt: int
    amount: int
    currency: str
    minutes: int
    requested_at: datetime
    intent_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatSession:
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
    reminded_at: datetime | None = None
    last_attempt: int = 1
    next: NextAttempt | None = None
    due_at: datetime | None = None

    @property
    def current(self) -> Attempt:
        """The attempt that the chat runs on or waits for."""
        return self._attempt_of(self)

    @property
    def next_attempt(self) -> Attempt | None:
        """The attempt to extend the chat, if there is one."""
        return self._attempt_of(self.next) if self.next else None

    def _attempt_of(self, part: ChatSession | NextAttempt) -> Attempt:
        return Attempt(
            session_id=self.id,
            user_id=self.user_id,
            consultant_id=self.consultant_id,
            number=part.attempt,
            amount=part.amount,
            currency=part.currency,
            minutes=part.minutes,
            requested_at=part.requested_at,
            intent_id=part.intent_id,
        )

    @property
    def next_intent_id(self) -> str | None:
        """The PaymentIntent of the extension, once it is on record."""
        return self.next.intent_id if self.next else None

    def renewed(self, number: int, now: datetime) -> ChatSession:
        """The session at a new attempt: what the last one was, and what its clock showed, is over (H-10)."""
        return replace(
            self,
            attempt=number,
            last_attempt=number,
            requested_at=now,
            intent_id=None,
            started_at=None,
            expires_at=None,
            ended_at=None,
            ended_by=None,
            reminded_at=None,
            due_at=None,
        )

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
