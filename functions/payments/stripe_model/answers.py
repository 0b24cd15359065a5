"""What Stripe answers to a request, in our own types. No SDK."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from payments.stripe_model.snapshots import CheckoutSession, PaymentIntentSnapshot

#: Stripe forgets an idempotency key once it is 24 h old; the margin covers clocks and slow answers.
KEY_LIFETIME: Final = timedelta(hours=20)


@dataclass(frozen=True, slots=True)
class Done:
    """Stripe did it, or had done it; this is the PaymentIntent now."""

    snapshot: PaymentIntentSnapshot


@dataclass(frozen=True, slots=True)
class Refused:
    """Stripe refused, for good: the same request would be refused again. `code` is Stripe's.

    `is_spent`: only the idempotency key is spent, such as by a stored 5xx, and the payment was not refused.
    """

    code: str
    is_spent: bool = False


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Nobody knows whether it was done: read the PaymentIntent and go by its status."""

    reason: str


@dataclass(frozen=True, slots=True)
class Misconfigured:
    """Our key or our request is wrong: nothing was done, and a person has to mend it.

    `is_unknown`: the key works, but Stripe knows no such object under it, as under another account's or mode's key.
    """

    reason: str
    is_unknown: bool = False


@dataclass(frozen=True, slots=True)
class OtherAccount:
    """Stripe was not asked, because another account or mode than this key's made the payment."""

    reason: str = "made by another Stripe account or mode"


#: Nothing is known of what was asked.
Failure = TryAgain | Misconfigured | OtherAccount
IntentAnswer = Done | Refused | Failure
CheckoutAnswer = CheckoutSession | Refused | Failure


class FailureKind(StrEnum):
    """The kinds of failure, each with a mending of its own."""

    #: Ask again.
    UNREACHABLE = "unreachable"
    #: Mend the key, or our request: nothing of it counts against a payment.
    MISCONFIGURED = "misconfigured"
    #: Under this key there is no such object.
    UNKNOWN = "unknown at Stripe"
    #: Put the key of its account back.
    OTHER_ACCOUNT = "another account's"


def kind_of(failure: Failure) -> FailureKind:
    """Which kind of failure it is."""
    if isinstance(failure, TryAgain):
        return FailureKind.UNREACHABLE
    if isinstance(failure, OtherAccount):
        return FailureKind.OTHER_ACCOUNT
    return FailureKind.UNKNOWN if failure.is_unknown else FailureKind.MISCONFIGURED


#: The fields of a hold or an order about which Stripe has answered.
ANSWERED: Final[Mapping[str, Any]] = {"unanswered_since": None, "unanswered_why": None, "stuck_at": None}


def why(failure: Failure) -> str:
    """What went wrong, as it is put on record: the kind, and Stripe's code."""
    return f"{kind_of(failure)}: {failure.reason}"


def is_unknown(answer: object) -> bool:
    """Whether Stripe answered that it knows no such object."""
    return isinstance(answer, Misconfigured) and answer.is_unknown


def is_out_of_reach(failure: Failure) -> bool:
    """Whether this key will never get an answer about the payment: it is unknown, or another account's."""
    return kind_of(failure) in (FailureKind.UNKNOWN, FailureKind.OTHER_ACCOUNT)
