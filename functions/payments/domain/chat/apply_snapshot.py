"""What Stripe says, applied to what is on record. Facts are never refused and only ever move a hold forward."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from payments.core.alerts import Alert, AlertKind
from payments.domain.chat.adoption import adopt
from payments.domain.chat.change import Moved, alert, is_current, let_go
from payments.domain.chat.deadlines import begins_at, due_by_nature, is_waiting_to_begin, session_due
from payments.domain.chat.extension import is_next, move, pay
from payments.domain.chat.records import SYSTEM, CancelReason, Hold, Operation, Session, Terms
from payments.domain.chat.states import (
    Effect,
    HoldFact,
    HoldStatus,
    NextEvent,
    SessionEvent,
    SessionStatus,
    hold_step,
    session_step,
)
from payments.stripe_model.reversals import MoneyBack, worries
from payments.stripe_model.snapshots import Money, Observed

#: A hold that nobody has to look at again.
_AT_REST: Final[Mapping[str, Any]] = {"operation": None, "operation_at": None, "due_at": None}
FACTS: Final = {Money.HELD: HoldFact.FUNDS_HELD, Money.CAPTURED: HoldFact.CAPTURED, Money.CANCELED: HoldFact.CANCELED}


def learn_window(hold: Hold, capture_before: datetime, now: datetime, terms: Terms) -> Hold:
    """The hold, with the time before which Stripe lets it be captured; it is let go before that."""
    hold = replace(hold, capture_before=capture_before)
    is_waiting = hold.status is HoldStatus.REQUIRES_CAPTURE and hold.is_idle
    return replace(hold, due_at=due_by_nature(hold, now, terms)) if is_waiting else hold


def observe(hold: Hold | None, session: Session, seen: Observed, now: datetime, terms: Terms) -> Moved:
    """Apply one observation of a PaymentIntent to its hold and its session.

    The same observation twice changes nothing the second time; a late one changes nothing at all.
    """
    if hold is None:
        hold, session = adopt(session, seen, now)
    if seen.error_code is not None and hold.status is HoldStatus.CREATED:
        hold = replace(hold, last_error=seen.error_code)
    if seen.money in FACTS:
        return _apply(FACTS[seen.money], hold, session, seen, now, terms)
    return _refuse_if_different(hold, session, seen, now) or Moved(session, (hold,))


def _apply(fact: HoldFact, hold: Hold, session: Session, seen: Observed, now: datetime, terms: Terms) -> Moved:
    step = hold_step(hold.status, fact)
    if step.effect is Effect.CONTRADICTION:
        text = f"on record: {hold.status}; Stripe says: {fact}"
        return Moved(session, (_at_rest(hold),), (alert(AlertKind.CONTRADICTION, hold, text, now),))
    if step.effect is Effect.LET_GO:
        reason = hold.cancel_reason or CancelReason.SUPERSEDED
        authorized_at = hold.authorized_at or seen.authorized_at or seen.at
        return Moved(session, (replace(hold, due_at=now, cancel_reason=reason, authorized_at=authorized_at),))
    if step.target is HoldStatus.REQUIRES_CAPTURE:
        return _held(hold, session, seen, now, terms)
    if fact is HoldFact.FUNDS_HELD:
        return Moved(session, (hold,))
    if step.target is hold.status:
        return _captured_extension(hold, session, now) or Moved(session, (_at_rest(hold),))
    return _captured(hold, session, seen, now) if fact is HoldFact.CAPTURED else _canceled(hold, session, seen, now)


def _held(hold: Hold, session: Session, seen: Observed, now: datetime, terms: Terms) -> Moved:
    is_news = hold.status is HoldStatus.CREATED
    authorized_at = hold.authorized_at or seen.authorized_at or seen.at
    hold = replace(
        hold,
        status=HoldStatus.REQUIRES_CAPTURE,
        authorized_at=authorized_at,
        capture_before=seen.capture_before or hold.capture_before,
        confirmed_at=seen.at if seen.at > (hold.confirmed_at or authorized_at) else hold.confirmed_at,
        last_error=None,
    )
    if is_news and hold.is_idle:
        hold = replace(hold, due_at=due_by_nature(hold, now, terms))
    return _refuse_if_different(hold, session, seen, now) or paid(hold, session, now)


def _refuse_if_different(hold: Hold, session: Session, seen: Observed, now: datetime) -> Moved | None:
    """Another amount, currency or capture method is never good: let the hold go, and tell a person once.

    This reason goes before any other, for once a cancel is refused, a person's own wish is forgotten.
    """
    is_open = hold.status in {HoldStatus.CREATED, HoldStatus.REQUIRES_CAPTURE}
    if not is_open or (seen.amount, seen.currency, seen.manual) == (hold.amount, hold.currency, True):
        return None
    if hold.cancel_reason is CancelReason.DIFFERS:
        return Moved(session, (hold,))
    text = f"Stripe has {seen.amount} {seen.currency}, manual capture: {seen.manual}"
    alerts = (alert(AlertKind.AMOUNT_DIFFERS, hold, text, now),)
    due_at = now if hold.operation is None else hold.due_at
    session, hold = letting_go(hold, session, now)
    return Moved(session, (replace(hold, cancel_reason=CancelReason.DIFFERS, due_at=due_at),), alerts)


def letting_go(hold: Hold, session: Session, now: datetime) -> tuple[Session, Hold]:
    """Both, when the hold is about to be canceled: an extension that has not begun gives its time back."""
    return move(NextEvent.CANCEL, session, hold, now) if is_next(hold, session) else (session, hold)


def paid(hold: Hold, session: Session, now: datetime) -> Moved:
    """PAID, where this hold may fire it: the current one or the next, with no cancel claimed or due on it."""
    if hold.cancel_reason is not None:
        return Moved(session, (hold,))
    if is_next(hold, session):
        session, hold = pay(session, hold, now)
        return Moved(session, (hold,))
    if not is_current(hold, session):
        return Moved(session, (hold if hold.started_at else let_go(hold, CancelReason.SUPERSEDED, now),))
    step = session_step(session.status, SessionEvent.PAID)
    if step.effect is Effect.LET_GO:
        return Moved(session, (let_go(hold, CancelReason.SUPERSEDED, now),))
    return Moved(replace(session, status=step.target), (hold,))


def _captured(hold: Hold, session: Session, seen: Observed, now: datetime) -> Moved:
    hold = replace(
        hold,
        status=HoldStatus.CAPTURED,
        captured_at=seen.at,
        amount_captured=seen.amount_received,
        cancel_reason=None,
        **_AT_REST,
    )
    alerts: tuple[Alert, ...] = ()
    if (seen.amount_received, seen.currency) != (hold.amount, hold.currency):
        text = f"captured {seen.amount_received} {seen.currency}"
        alerts = (alert(AlertKind.AMOUNT_DIFFERS, hold, text, now),)
    extended = _captured_extension(hold, session, now)
    if extended is not None:
        session, hold = extended.session, extended.hold
    if is_current(hold, session):
        session = replace(session, status=session_step(session.status, SessionEvent.PAID).target)
    if hold.started_at is None:
        alerts += (alert(AlertKind.CAPTURED_UNUSED, hold, _unused_text(hold, session), now),)
    return Moved(session, (hold,), alerts)


def _captured_extension(hold: Hold, session: Session, now: datetime) -> Moved | None:
    """An extension captured by hand is paid all the same: its time in the chat still has to begin."""
    if hold.status is not HoldStatus.CAPTURED or not is_next(hold, session):
        return None
    session, hold = pay(session, hold, now)
    return Moved(session, (_at_rest(hold),))


def _unused_text(hold: Hold, session: Session) -> str:
    if is_waiting_to_begin(hold):
        return "charged before its time in the chat has begun: see that the chat goes on"
    if is_current(hold, session) and session.status is SessionStatus.READY:
        return "charged before its chat has started: the payer can start it; refund it if nobody does"
    return "charged for a chat that can't start: refund it"


def _canceled(hold: Hold, session: Session, seen: Observed, now: datetime) -> Moved:
    was_let_go = hold.operation is Operation.CANCEL and hold.cancel_reason is not CancelReason.UNCOLLECTED
    failed_capture = hold.operation is Operation.CAPTURE
    hold = replace(
        hold,
        **_AT_REST,
        status=HoldStatus.CANCELED,
        canceled_at=seen.canceled_at or seen.at,
        refused_at=hold.refused_at or (now if failed_capture else None),
    )
    alerts: tuple[Alert, ...] = ()
    if hold.started_at is not None and not was_let_go:
        alerts = (alert(AlertKind.USED_BUT_UNPAID, hold, "released though its chat had started", now),)
    if is_next(hold, session):
        session, hold = move(NextEvent.RELEASED, session, hold, now)
    elif is_current(hold, session):
        session = _released(session, now)
    return Moved(session, (hold,), alerts)


def _released(session: Session, now: datetime) -> Session:
    step = session_step(session.status, SessionEvent.RELEASED)
    if step.target is session.status:
        return session
    if step.target is SessionStatus.ENDED:
        session = replace(session, status=step.target, ended_at=now, ended_by=SYSTEM)
        return replace(session, due_at=session_due(session))
    return replace(session, status=step.target, due_at=None)


def given_back(hold: Hold, session: Session, now: datetime) -> tuple[Hold, Session]:
    """Both, where all that was captured has been refunded: a hold that was never used is then as good as released."""
    is_refunded = hold.status is HoldStatus.CAPTURED and 0 < hold.amount_captured <= hold.refunded_total
    if not is_refunded or hold.started_at is not None:
        return hold, session
    if is_next(hold, session):
        session, hold = move(NextEvent.RELEASED, session, hold, now)
        return _at_rest(hold), session
    return hold, _released(session, now) if is_current(hold, session) else session


def _at_rest(hold: Hold) -> Hold:
    """Nobody has to look at it again, but for an extension that was captured by hand: its time has yet to begin."""
    rested = replace(hold, **_AT_REST)
    return replace(rested, due_at=begins_at(hold)) if is_waiting_to_begin(hold) else rested


def record(hold: Hold, money: MoneyBack, now: datetime) -> tuple[Hold, tuple[Alert, ...]]:
    """The hold with its refunds and disputes as Stripe has them now, and what is raised to a person."""
    after = replace(hold, refunded_total=money.refunded_total, dispute_status=money.dispute_status)
    found = worries(hold.refunded_total, hold.dispute_status, money)
    return after, tuple(alert(kind, after, text, now) for kind, text in found)


def said_of(hold: Hold, money: Money, at: datetime) -> Observed:
    """What Stripe said of a hold without showing its PaymentIntent, such as by an event about its charge."""
    return Observed(
        id=hold.id,
        at=at,
        money=money,
        amount=hold.amount,
        currency=hold.currency,
        manual=True,
        amount_received=hold.amount_captured,
        created_at=hold.created_at,
    )
