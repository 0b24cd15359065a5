"""How often a person may start a new attempt to pay: card testing is done through doors that don't count."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from .records import Limits
from .refusals import Code, Refusal

ATTEMPTS: Final = 20
WINDOW: Final = timedelta(hours=1)


def spend(limits: Limits | None, user_id: str, now: datetime) -> Limits:
    """The counter with one attempt more. Raises `too_many_attempts` (`retryAfterSeconds`) where none is left."""
    if limits is None or now >= limits.since + WINDOW:
        return Limits(user_id=user_id, attempts=1, since=now, expire_at=now + 2 * WINDOW)
    if limits.attempts >= ATTEMPTS:
        left = limits.since + WINDOW - now
        raise Refusal(Code.TOO_MANY_ATTEMPTS, retryAfterSeconds=int(left.total_seconds()) + 1)
    return replace(limits, attempts=limits.attempts + 1)
