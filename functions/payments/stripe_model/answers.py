"""What Stripe answers to a request, in our own types. No SDK."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

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


IntentAnswer = Done | Refused | TryAgain | Misconfigured
CheckoutAnswer = CheckoutSession | Refused | TryAgain | Misconfigured


def is_unknown(answer: object) -> bool:
    """Whether Stripe answered that it knows no such object."""
    return isinstance(answer, Misconfigured) and answer.is_unknown
