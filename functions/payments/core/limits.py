"""How often a person may try: card testing and guessing codes are done through doors that don't count."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from payments.core.refusals import Code, Refusal

MOST_TRIES: Final = 20
WINDOW: Final = timedelta(hours=1)


class Action(StrEnum):
    """What is limited for each person; asking Stripe about an order, for each order."""

    PAYMENT = "payment"
    TICKET = "ticket"
    CHECKOUT = "checkout"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`limits/{action}:{uid}`: how many attempts a person has made since `since`."""

    id: str
    used: int
    since: datetime
    expire_at: datetime


def limits_id(action: Action, user_id: str) -> str:
    """The id of a person's counter."""
    return f"{action}:{user_id}"


def spend(limits: Limits | None, counter: str, now: datetime) -> Limits:
    """The counter with one attempt more. Raises `too_many_attempts` (`retryAfterSeconds`) if none is left."""
    if limits is None or now >= limits.since + WINDOW:
        return Limits(id=counter, used=1, since=now, expire_at=now + 2 * WINDOW)
    if limits.used >= MOST_TRIES:
        left = limits.since + WINDOW - now
        raise Refusal(Code.TOO_MANY_ATTEMPTS, retryAfterSeconds=int(left.total_seconds()) + 1)
    return replace(limits, used=limits.used + 1)
