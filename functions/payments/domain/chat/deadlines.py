"""When the sweep comes back to what is not at rest (`dueAt`), as pure functions of the record and of now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from payments.domain.chat.records import Attempt, ChatSession, Hold, Terms
from payments.domain.chat.states import HoldStatus, SessionStatus
from payments.stripe_model.answers import KEY_LIFETIME

#: A claim whose process died is taken over after this; longer than any call of ours to Stripe can last.
OPERATION_PATIENCE: Final = timedelta(minutes=2)
#: What Stripe does not answer is asked again after as long as it has not been answered, but at the latest after this.
UNANSWERED_LATEST: Final = timedelta(minutes=30)
#: A session whose claim never got a PaymentIntent on record is given up after this.
CLAIM_PATIENCE: Final = timedelta(minutes=10)
#: First refresh of an unpaid PaymentIntent: its webhook may be lost.
FIRST_REFRESH: Final = timedelta(minutes=15)
#: An authorization is let go, or a chat refused, this long before Stripe would let it expire.
EXPIRY_MARGIN: Final = timedelta(hours=1)
#: START trusts what Stripe has said of an authorization for this long.
CONFIRMATION_LIFETIME: Final = timedelta(hours=1)
#: The shortest window of any card network (Visa, merchant-initiated: 4 days 18 hours), if Stripe has not told.
SHORTEST_WINDOW: Final = timedelta(days=4, hours=18)
#: Between the first late refusal of a capture and giving it up.
GIVE_UP_PATIENCE: Final = timedelta(hours=1)
#: Captures that fail are tried again after as long as they have failed already, within these.
RETRY_SOONEST: Final = timedelta(minutes=1)
RETRY_LATEST: Final = timedelta(hours=1)
#: A cancel of ours that Stripe refused is tried again after this.
CANCEL_RETRY: Final = timedelta(minutes=10)
#: An extension may still be given back for this long after its own time has begun.
EXTENSION_GRACE: Final = timedelta(minutes=1)
#: People are told this long before a chat ends (H-06).
REMINDER: Final = timedelta(minutes=5)


def clamp(low: timedelta, value: timedelta, high: timedelta) -> timedelta:
    """`value`, no smaller than `low` and no larger than `high`."""
    return max(low, min(value, high))


def next_refresh_at(hold: Hold, now: datetime, terms: Terms) -> datetime:
    """When to refresh an unpaid hold: the wait doubles from 15 min, up to its longest life (H-11)."""
    return min(now + max(FIRST_REFRESH, now - hold.created_at), hold.created_at + terms.hold)


def is_abandoned(hold: Hold, now: datetime, terms: Terms) -> bool:
    """Whether a hold nobody has paid is older than a hold may get (H-11)."""
    return now >= hold.created_at + terms.hold


def expires_before(hold: Hold) -> datetime:
    """When Stripe lets the authorization expire: `capture_before` or, while that is not known, the shortest window."""
    return hold.capture_before or (hold.authorized_at or hold.created_at) + SHORTEST_WINDOW


def release_at(hold: Hold, terms: Terms) -> datetime:
    """When an authorization nobody uses is let go (H-11): 72 h after it, never later than an hour before it expires."""
    authorized_at = hold.authorized_at or hold.created_at
    return min(authorized_at + terms.hold, expires_before(hold) - EXPIRY_MARGIN)


def retry_capture_at(hold: Hold, now: datetime) -> datetime:
    """When to try a refused capture again: 1 min … 1 h, growing with the time that it has been failing."""
    return now + clamp(RETRY_SOONEST, now - (hold.ends_at or now), RETRY_LATEST)


def retry_unanswered_at(since: datetime, now: datetime) -> datetime:
    """When to ask Stripe again about what it has not answered since then: 2 min … 30 min, growing with its age."""
    return now + clamp(OPERATION_PATIENCE, now - since, UNANSWERED_LATEST)


def next_due_at(hold: Hold, now: datetime, terms: Terms) -> datetime | None:
    """Next `due_at` of a hold with no operation in progress."""
    if hold.status is HoldStatus.CREATED:
        return next_refresh_at(hold, now, terms)
    if is_waiting_to_begin(hold):
        return extension_begins_at(hold)
    if hold.status is not HoldStatus.REQUIRES_CAPTURE:
        return None
    if hold.started_at is None or hold.ends_at is None:
        return release_at(hold, terms)
    return hold.ends_at if now < hold.ends_at else retry_capture_at(hold, now)


def is_waiting_to_begin(hold: Hold) -> bool:
    """Whether the hold is an extension that is paid and whose time is not used yet."""
    return hold.starts_at is not None and hold.started_at is None


def extension_begins_at(hold: Hold) -> datetime | None:
    """From when on a paid extension counts as used: a minute after its planned start."""
    return hold.starts_at + EXTENSION_GRACE if hold.starts_at is not None else None


def is_late(hold: Hold, now: datetime, terms: Terms) -> bool:
    """Whether a capture refused now was refused late: more than 72 h after the authorization (H-11)."""
    return now > (hold.authorized_at or hold.created_at) + terms.hold


def gives_up(hold: Hold, now: datetime) -> bool:
    """Whether a capture refused now is the last: an hour after the first late refusal, never for lack of trying."""
    return hold.late_refused_at is not None and now >= hold.late_refused_at + GIVE_UP_PATIENCE


def claim_is_stale(hold: Hold, now: datetime) -> bool:
    """Whether whoever claimed the hold's operation must have died."""
    return hold.operation_at is not None and now >= hold.operation_at + OPERATION_PATIENCE


def key_is_fresh(attempt: Attempt, now: datetime) -> bool:
    """Whether Stripe still knows the attempt's idempotency key."""
    return now < attempt.requested_at + KEY_LIFETIME


def remind_at(session: ChatSession) -> datetime | None:
    """When both are to be told that a running chat is about to end; None if they were, or it is too short for that.

    An extension as short as the reminder's own time gets none of its own.
    """
    if session.expires_at is None or session.minutes * 60 <= REMINDER.total_seconds():
        return None
    soon = session.expires_at - REMINDER
    is_told = session.reminded_at is not None and soon < session.reminded_at + REMINDER + EXTENSION_GRACE
    return None if is_told else soon


def extension_claim_lapses_at(session: ChatSession) -> datetime | None:
    """When the claim of an extension without a PaymentIntent on record is dropped."""
    attempt = session.next
    return attempt.requested_at + CLAIM_PATIENCE if attempt and attempt.intent_id is None else None


def session_due_at(session: ChatSession) -> datetime | None:
    """Next `due_at` of a session that runs or has ended."""
    times = [extension_claim_lapses_at(session)]
    if session.status is SessionStatus.ACTIVE:
        times += [session.expires_at, remind_at(session)]
    return min((at for at in times if at is not None), default=None)
