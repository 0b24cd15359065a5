"""What Stripe says, applied to what is on record. Facts are never refused and only ever move a hold forward."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from .deadlines import FIRST_LOOK, due_by_nature
from .observed import Money, Observed
from .records import SYSTEM, Alert, AlertKind, CancelReason, Hold, Operation, Session, Terms
from .states import Effect, HoldFact, HoldStatus, SessionEvent, SessionStatus, hold_step, session_step


@dataclass(frozen=True, slots=True)
class Moved:
    """A hold and its session after a decision, with the alerts to raise: written together, as decided together."""

    hold: Hold
    session: Session
    alerts: tuple[Alert, ...] = ()


#: A hold that nobody has to look at again.
_AT_REST: Final[Mapping[str, Any]] = {"operation": None, "operation_at": None, "due_at": None}

FACTS: Final = {Money.HELD: HoldFact.FUNDS_HELD, Money.CAPTURED: HoldFact.CAPTURED, Money.CANCELED: HoldFact.CANCELED}


def alert(kind: AlertKind, hold: Hold, text: str, at: datetime) -> Alert:
    """An alert about `hold`, with the amount and currency that are on record."""
    return Alert(
        kind=kind,
        intent_id=hold.id,
        session_id=hold.session_id,
        amount=hold.amount,
        currency=hold.currency,
        text=text,
        at=at,
    )


def learn_window(hold: Hold, capture_before: datetime, now: datetime, terms: Terms) -> Hold:
    """The hold, with the time before which Stripe lets it be captured; it is let go before that."""
    hold = replace(hold, capture_before=capture_before)
    is_waiting = hold.status is HoldStatus.REQUIRES_CAPTURE and hold.is_idle
    return replace(hold, due_at=due_by_nature(hold, now, terms)) if is_waiting else hold


def let_go(hold: Hold, reason: CancelReason, now: datetime) -> Hold:
    """The hold, due now to be canceled for `reason`. A reason or an operation that stands already is left alone."""
    return replace(hold, cancel_reason=reason, due_at=now) if hold.is_idle else hold


def is_current(hold: Hold, session: Session) -> bool:
    """Only the current hold moves the session."""
    return session.intent_id == hold.id


def adopt(session: Session, seen: Observed, now: datetime) -> tuple[Hold, Session]:
    """The record of a PaymentIntent seen for the first time: by the call's answer or by the webhook."""
    is_expected = session.attempt == seen.attempt
    hold = Hold(
        id=seen.id,
        user_id=seen.user_id,
        session_id=session.id,
        consultant_id=seen.consultant_id,
        attempt=seen.attempt,
        amount=session.amount if is_expected else seen.amount,
        currency=session.currency if is_expected else seen.currency,
        status=HoldStatus.CREATED,
        created_at=seen.created_at,
        due_at=now + FIRST_LOOK,
    )
    if is_expected and session.intent_id is None and session.status is SessionStatus.AWAITING_PAYMENT:
        return hold, replace(session, intent_id=hold.id, due_at=None)
    return let_go(hold, CancelReason.SUPERSEDED, now), session


def belongs(session: Session, seen: Observed) -> bool:
    """Whether the PaymentIntent's metadata names this session as ours wrote it."""
    return (seen.session_id, seen.user_id, seen.consultant_id) == (session.id, session.user_id, session.consultant_id)


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
    return _refuse_if_different(hold, session, seen, now) or Moved(hold, session)


def _apply(fact: HoldFact, hold: Hold, session: Session, seen: Observed, now: datetime, terms: Terms) -> Moved:
    step = hold_step(hold.status, fact)
    if step.effect is Effect.CONTRADICTION:
        text = f"on record: {hold.status}; Stripe says: {fact}"
        return Moved(_at_rest(hold), session, (alert(AlertKind.CONTRADICTION, hold, text, now),))
    if step.effect is Effect.LET_GO:
        return Moved(replace(hold, due_at=now, cancel_reason=hold.cancel_reason or CancelReason.SUPERSEDED), session)
    if step.target is HoldStatus.REQUIRES_CAPTURE:
        return _held(hold, session, seen, now, terms)
    if fact is HoldFact.FUNDS_HELD:
        return Moved(hold, session)
    if step.target is hold.status:
        return Moved(_at_rest(hold), session)
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
        return Moved(hold, session)
    text = f"Stripe has {seen.amount} {seen.currency}, manual capture: {seen.manual}"
    alerts = (alert(AlertKind.AMOUNT_DIFFERS, hold, text, now),)
    due_at = now if hold.operation is None else hold.due_at
    return Moved(replace(hold, cancel_reason=CancelReason.DIFFERS, due_at=due_at), session, alerts)


def paid(hold: Hold, session: Session, now: datetime) -> Moved:
    """PAID, where this hold may fire it: the current one, with no cancel claimed or due on it."""
    if not is_current(hold, session):
        return Moved(hold if hold.started_at else let_go(hold, CancelReason.SUPERSEDED, now), session)
    if hold.cancel_reason is not None:
        return Moved(hold, session)
    step = session_step(session.status, SessionEvent.PAID)
    if step.effect is Effect.LET_GO:
        return Moved(let_go(hold, CancelReason.SUPERSEDED, now), session)
    return Moved(hold, replace(session, status=step.target))


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
    if is_current(hold, session):
        session = replace(session, status=session_step(session.status, SessionEvent.PAID).target)
    if hold.started_at is None:
        alerts += (alert(AlertKind.CAPTURED_UNUSED, hold, _unused_text(hold, session), now),)
    return Moved(hold, session, alerts)


def _unused_text(hold: Hold, session: Session) -> str:
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
    if not is_current(hold, session):
        return Moved(hold, session, alerts)
    return Moved(hold, _released(session, now), alerts)


def _released(session: Session, now: datetime) -> Session:
    step = session_step(session.status, SessionEvent.RELEASED)
    if step.target is session.status:
        return session
    if step.target is SessionStatus.ENDED:
        return replace(session, status=step.target, ended_at=now, ended_by=SYSTEM, due_at=None)
    return replace(session, status=step.target, due_at=None)


def _at_rest(hold: Hold) -> Hold:
    return replace(hold, **_AT_REST)


def give_up_claim(session: Session) -> Session:
    """RELEASED before there was a PaymentIntent on record: the claim died, or Stripe refused the create for good."""
    step = session_step(session.status, SessionEvent.RELEASED)
    return replace(session, status=step.target, due_at=None)
