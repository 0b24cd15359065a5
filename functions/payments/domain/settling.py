"""What an operation's outcome means for its hold. A settle counts only for the claim that it answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from .deadlines import CANCEL_RETRY, RETRY_SOONEST, due_by_nature, gives_up, is_late, retry_capture_at
from .facts import paid
from .moved import Moved
from .records import CALLER_REASONS, CancelReason, Hold, Operation, Session, Terms
from .states import HoldStatus


def is_claim_of(hold: Hold, claimed: Hold) -> bool:
    """Whether what is on record is still the operation and attempt that were claimed."""
    return (hold.operation, hold.operation_attempt) == (claimed.operation, claimed.operation_attempt)


def refuse(hold: Hold, session: Session, claimed: Hold, now: datetime, terms: Terms) -> Moved:
    """A definite refusal by Stripe: the attempt grows, and the hold is due again by what it is."""
    if hold.operation is None or not is_claim_of(hold, claimed):
        return Moved(session, (hold,))
    freed = _freed(hold)
    if hold.operation is Operation.CAPTURE:
        return Moved(session, (_capture_refused(freed, now, terms),))
    return _cancel_refused(freed, session, now, terms)


def free(hold: Hold, session: Session, claimed: Hold, now: datetime, terms: Terms) -> Moved:  # noqa: ARG001 - as `refuse`
    """The key is used up, but nobody has refused the payment: the same again soon, with the next attempt's key."""
    if hold.operation is None or not is_claim_of(hold, claimed):
        return Moved(session, (hold,))
    return Moved(session, (replace(_freed(hold), due_at=now + RETRY_SOONEST),))


def _freed(hold: Hold) -> Hold:
    return replace(hold, operation=None, operation_at=None, operation_attempt=hold.operation_attempt + 1)


def _capture_refused(hold: Hold, now: datetime, terms: Terms) -> Hold:
    hold = replace(hold, refused_at=hold.refused_at or now, due_at=retry_capture_at(hold, now))
    if gives_up(hold, now):
        return replace(hold, cancel_reason=CancelReason.UNCOLLECTED, due_at=now)
    if hold.late_refused_at is None and is_late(hold, now, terms):
        return replace(hold, late_refused_at=now)
    return hold


def _cancel_refused(hold: Hold, session: Session, now: datetime, terms: Terms) -> Moved:
    """Our own reasons stand and are tried again. A caller's wish is over; PAID, held up by it, is looked at again.

    What had been given up before the wish is so still.
    """
    if hold.cancel_reason in CALLER_REASONS and gives_up(hold, now):
        hold = replace(hold, cancel_reason=CancelReason.UNCOLLECTED)
    if hold.cancel_reason not in CALLER_REASONS or hold.status is HoldStatus.CANCELED:
        return Moved(session, (replace(hold, due_at=now + CANCEL_RETRY),))
    freed = replace(hold, cancel_reason=None)
    freed = replace(freed, due_at=due_by_nature(freed, now, terms))
    return paid(freed, session, now) if freed.status is HoldStatus.REQUIRES_CAPTURE else Moved(session, (freed,))
