"""Extending a running chat (design: extension without a gap): the next hold is made before the clock runs out.

Each hold pays for a period of its own, and is captured at that period's end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, TypeVar, cast

from payments.domain.chat.change import Moved, let_go
from payments.domain.chat.deadlines import EXTENSION_GRACE, begins_at, is_waiting_to_begin, session_due
from payments.domain.chat.records import Attempt, CancelReason, Hold, Session, Source
from payments.domain.chat.states import Effect, HoldStatus, NextEvent, NextStatus, SessionStatus, next_step

Pair = tuple[Session, Hold]
#: A hold, or none where the decision is on a PaymentIntent that has no record yet.
H = TypeVar("H", Hold, None)
_HELD: Final = HoldStatus.REQUIRES_CAPTURE


def is_next(hold: Hold, session: Session) -> bool:
    """Whether this hold is to extend the chat."""
    return session.next_intent_id == hold.id


def next_status(session: Session, hold: Hold | None) -> NextStatus:
    """Where the session's extension stands. `hold` is its hold, None while there is no PaymentIntent on record."""
    if session.next is None:
        return NextStatus.NONE
    if hold is None:
        return NextStatus.CREATED
    if is_waiting_to_begin(hold):
        return NextStatus.PAID
    return NextStatus.CREATED if hold.is_idle else NextStatus.LEAVING


def claim_next(session: Session, attempt: Attempt) -> Session:
    """The running session with an extension asked for."""
    session = replace(
        session,
        last_attempt=attempt.number,
        next_attempt=attempt.number,
        next_intent_id=attempt.intent_id,
        next_amount=attempt.amount,
        next_currency=attempt.currency,
        next_minutes=attempt.minutes,
        next_requested_at=attempt.requested_at,
    )
    return replace(session, due_at=session_due(session))


def drop_next(session: Session) -> Session:
    """The session without its extension."""
    session = replace(
        session,
        next_attempt=None,
        next_intent_id=None,
        next_amount=None,
        next_currency=None,
        next_minutes=None,
        next_requested_at=None,
    )
    return replace(session, due_at=session_due(session))


def move(event: NextEvent, session: Session, hold: Hold, now: datetime) -> Pair:
    """What `event` does to the session and to the hold that extends it. Raises the table's refusal."""
    step = next_step(session.status, next_status(session, hold), event)
    session, hold = _EFFECTS[step.effect](session, hold, now)
    is_over = step.target is NextStatus.NONE and step.effect is not Effect.BECOME_CURRENT
    return (drop_next(session) if is_over else session), hold


def pay(session: Session, hold: Hold, now: datetime) -> Pair:
    """PAID. A chat whose time is over ends first, though nobody has come to end it yet, where the payment is late."""
    if session.status is SessionStatus.ACTIVE and _is_late(session, now) and not is_waiting_to_begin(hold):
        session = replace(session, status=SessionStatus.ENDED)
    return move(NextEvent.PAID, session, hold, now)


def _is_late(session: Session, now: datetime) -> bool:
    """Whether an extension has come too late for the running chat: a minute after its end, or asked for after it.

    Both have left by then: the payer starts the new time when they are there, and no clock runs for nobody. And an
    extension that is canceled gives its first minute away: the next one must not do so again.
    """
    ends, asked = session.expires_at, session.next_requested_at
    return ends is not None and (now >= ends + EXTENSION_GRACE or (asked is not None and asked >= ends))


def _nothing(session: Session, hold: Hold, _: datetime) -> Pair:
    return session, hold


def _prolong(session: Session, hold: Hold, now: datetime) -> Pair:
    """The clock is moved: the new period begins where the old one ends, or now if that is past."""
    starts_at = max(session.expires_at or now, now)
    ends_at = starts_at + timedelta(minutes=session.next_minutes or session.minutes)
    hold = replace(hold, starts_at=starts_at, ends_at=ends_at)
    session = replace(session, expires_at=ends_at)
    return replace(session, due_at=session_due(session)), replace(hold, due_at=begins_at(hold))


def _give_back(session: Session, hold: Hold, _: datetime) -> Pair:
    """The clock is moved back; whether the hold is let go, and when, is for whoever does that."""
    session = replace(session, expires_at=hold.starts_at or session.expires_at)
    return replace(session, due_at=session_due(session)), replace(hold, starts_at=None, ends_at=None)


def _let_go(session: Session, hold: Hold, now: datetime) -> Pair:
    """The chat has ended before the new period began. What is captured already can't go: its payer may use it later."""
    session, hold = _give_back(session, hold, now)
    return session, let_go(hold, CancelReason.UNUSED, now) if hold.status is _HELD else replace(hold, due_at=now)


def _become_current(session: Session, hold: Hold, _: datetime) -> Pair:
    """The hold takes over: in a running chat its time has been running; a chat that has ended is ready again (H-10)."""
    attempt = session.next
    if attempt is None:
        return session, hold
    session = replace(
        drop_next(session),
        source=Source.PAYMENT,
        attempt=attempt.number,
        requested_at=attempt.requested_at,
        intent_id=hold.id,
        amount=attempt.amount,
        currency=attempt.currency,
        minutes=attempt.minutes,
    )
    return _run_on(session, hold) if session.status is SessionStatus.ACTIVE else (_ready_again(session), hold)


def _run_on(session: Session, hold: Hold) -> Pair:
    used = replace(hold, started_at=hold.starts_at, due_at=hold.ends_at if hold.status is _HELD else None)
    session = replace(session, used_intent_id=hold.id, started_at=hold.starts_at)
    return replace(session, due_at=session_due(session)), used


def _ready_again(session: Session) -> Session:
    return replace(
        session,
        status=SessionStatus.READY,
        started_at=None,
        expires_at=None,
        ended_at=None,
        ended_by=None,
        reminded_at=None,
        due_at=None,
    )


_EFFECTS: Final[Mapping[Effect, Callable[[Session, Hold, datetime], Pair]]] = {
    Effect.NONE: _nothing,
    Effect.PROLONG: _prolong,
    Effect.GIVE_BACK: _give_back,
    Effect.LET_GO: _let_go,
    Effect.BECOME_CURRENT: _become_current,
}


def begin(session: Session, hold: Hold | None, now: datetime) -> tuple[Session, Hold | None]:
    """The chat as it is at `now`: an extension whose time has run for a minute is what the chat runs on."""
    if hold is None or next_status(session, hold) is not NextStatus.PAID:
        return session, hold
    begins = begins_at(hold)
    return move(NextEvent.BEGIN, session, hold, now) if begins is not None and now >= begins else (session, hold)


def decide_on_hold(
    session: Session, hold: H, next_hold: Hold | None, now: datetime, decide: Callable[[Session, H], Moved]
) -> Moved:
    """A decision on one hold, any of its chat's: what has begun by `now` begins first; a chat's end frees the next."""
    begun, begun_hold = begin(session, next_hold, now)
    is_itself = hold is not None and next_hold is not None and hold.id == next_hold.id
    moved = decide(begun, cast("H", begun_hold) if is_itself else hold)
    return _with_next(begun, moved, next_hold, begun_hold, now)


def decide_on_chat(
    session: Session,
    hold: Hold | None,
    next_hold: Hold | None,
    now: datetime,
    decide: Callable[[Session, Hold | None], Moved],
) -> Moved:
    """A decision on a chat and the hold that it runs on at `now`, which may have been its extension."""
    begun, begun_hold = begin(session, next_hold, now)
    has_begun = begun_hold is not None and begun.intent_id == begun_hold.id
    moved = decide(begun, begun_hold if has_begun else hold)
    return _with_next(begun, moved, next_hold, begun_hold, now)


def _with_next(before: Session, moved: Moved, read: Hold | None, begun: Hold | None, now: datetime) -> Moved:
    """The decision, with what it and the time have made of the extension's hold."""
    if begun is None or any(hold.id == begun.id for hold in moved.holds):
        return moved
    has_ended = (before.status, moved.session.status) == (SessionStatus.ACTIVE, SessionStatus.ENDED)
    if has_ended and is_next(begun, before):
        begun = move(NextEvent.END, before, begun, now)[1]
    return moved if begun == read else replace(moved, holds=(*moved.holds, begun))
