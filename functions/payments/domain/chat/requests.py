"""Asking for a hold: what a person may ask for, and the attempt that it opens or continues."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from payments.core.refusals import Code, Refusal
from payments.domain.chat.deadlines import CLAIM_PATIENCE, key_is_fresh
from payments.domain.chat.extension import claim_next, drop_next, next_status
from payments.domain.chat.records import CALLER_REASONS, Attempt, Hold, Operation, Session, Source, Terms
from payments.domain.chat.states import (
    Effect,
    HoldStatus,
    NextEvent,
    NextStatus,
    SessionEvent,
    SessionStatus,
    next_step,
    session_step,
)


def give_up_claim(session: Session, number: int) -> Session:
    """RELEASED before there was a PaymentIntent on record: the claim died, or Stripe refused the create for good.

    `number` is the attempt that was claimed; a session that has moved on, or knows its PaymentIntent, stays as it is.
    """
    if session.next is not None and session.next.number == number:
        return session if session.next_intent_id else drop_next(session)
    is_claim = session.status is SessionStatus.AWAITING_PAYMENT and session.intent_id is None
    if session.attempt != number or not is_claim:
        return session
    step = session_step(session.status, SessionEvent.RELEASED)
    return replace(session, status=step.target, due_at=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A person asks for a hold on their card. `amount` is what they were shown, if they say (H-03)."""

    user_id: str
    session_id: str
    consultant_id: str | None
    amount: int | None


def check_amount(ask: Ask, price: int, currency: str) -> None:
    """Raises `price_changed`, naming the price, where the caller was shown another one."""
    if ask.amount is not None and ask.amount != price:
        raise Refusal(Code.PRICE_CHANGED, amount=price, currency=currency)


def check_asker(session: Session, ask: Ask) -> None:
    """Raises `session_not_yours`, or `invalid_argument` where the session is with another consultant."""
    if session.user_id != ask.user_id:
        raise Refusal(Code.SESSION_NOT_YOURS)
    if ask.consultant_id not in (None, session.consultant_id):
        raise Refusal(Code.INVALID_ARGUMENT, fields={"consultantId": "invalid"})


def open_session(ask: Ask, consultant_id: str, now: datetime, terms: Terms) -> Session:
    """A new session's first attempt, claimed: the price and the length stand on it from here on (H-08)."""
    check_amount(ask, terms.price, terms.currency)
    return Session(
        id=ask.session_id,
        user_id=ask.user_id,
        consultant_id=consultant_id,
        status=SessionStatus.AWAITING_PAYMENT,
        attempt=1,
        amount=terms.price,
        currency=terms.currency,
        minutes=terms.minutes,
        created_at=now,
        requested_at=now,
        due_at=now + CLAIM_PATIENCE,
    )


def attempt_under_way(session: Session, next_hold: Hold | None, now: datetime) -> Attempt | None:
    """The attempt that asking for a hold now continues, with its own idempotency key; None where a new one is due.

    Raises the tables' refusal, such as `session_in_progress`, `already_extended`, `busy`.
    """
    step = session_step(session.status, SessionEvent.HOLD_REQUESTED)
    extends = next_status(session, next_hold)
    attempt: Attempt | None = session.current
    if step.effect is Effect.EXTENSION or extends is not NextStatus.NONE:
        next_step(session.status, extends, NextEvent.HOLD_REQUESTED)
        attempt = session.next
    elif step.effect is Effect.NEW_ATTEMPT:
        return None
    is_lost = attempt is not None and attempt.intent_id is None and not key_is_fresh(attempt, now)
    return None if is_lost else attempt


def new_attempt(session: Session, earlier: Iterable[Hold], ask: Ask, now: datetime, terms: Terms) -> Session:
    """The session with a new attempt claimed: to extend it while it runs, or to resume it (H-10).

    `earlier` are its current hold and its last used one. Raises `busy` while an unused hold of it is authorized or
    under an operation, or the running one is being let go, and `previous_unpaid` where the last used hold was refused
    at its capture and the consultant has not let it go since.
    """
    for hold in earlier:
        _check_earlier(hold)
        if session.status is SessionStatus.ACTIVE and hold.operation is Operation.CANCEL:
            raise Refusal(Code.BUSY)
    check_amount(ask, terms.price, terms.currency)
    number = max(session.attempt, session.last_attempt) + 1
    if session.status is SessionStatus.ACTIVE:
        return claim_next(session, _extension(session, number, now, terms))
    return replace(
        drop_next(session).renewed(number, now),
        status=SessionStatus.AWAITING_PAYMENT,
        source=Source.PAYMENT,
        amount=terms.price,
        currency=terms.currency,
        minutes=terms.minutes,
        due_at=now + CLAIM_PATIENCE,
    )


def _extension(session: Session, number: int, now: datetime, terms: Terms) -> Attempt:
    asked = replace(session.current, number=number, requested_at=now, intent_id=None)
    return replace(asked, amount=terms.price, currency=terms.currency, minutes=terms.minutes)


def _check_earlier(hold: Hold) -> None:
    is_used = hold.started_at is not None
    if not is_used and (hold.status is HoldStatus.REQUIRES_CAPTURE or hold.operation is not None):
        raise Refusal(Code.BUSY)
    is_forgiven = hold.status is HoldStatus.CANCELED and hold.cancel_reason in CALLER_REASONS
    if is_used and hold.refused_at is not None and hold.status is not HoldStatus.CAPTURED and not is_forgiven:
        raise Refusal(Code.PREVIOUS_UNPAID)


def same_attempt(session: Session, attempt: Attempt, ask: Ask, now: datetime) -> Session:
    """The session with the attempt that is under way claimed again: same key, same parameters, more time."""
    check_amount(ask, attempt.amount, attempt.currency)
    return replace(session, due_at=now + CLAIM_PATIENCE) if attempt == session.current else session


def claimed_by(session: Session) -> Attempt:
    """The attempt that a claim on this session is about: the extension's, where one is asked for."""
    return session.next or session.current
