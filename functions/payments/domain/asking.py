"""Asking for a hold: what a person may ask for, and the attempt that it opens or continues."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from .deadlines import CLAIM_PATIENCE, key_is_fresh
from .records import Hold, Session, Terms
from .refusals import Code, Refusal
from .states import Effect, HoldStatus, SessionEvent, SessionStatus, session_step


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


def is_new_attempt(session: Session, now: datetime) -> bool:
    """Whether a hold asked for now is a new attempt, with its own idempotency key. Raises the table's refusal."""
    step = session_step(session.status, SessionEvent.HOLD_REQUESTED)
    return step.effect is Effect.NEW_ATTEMPT or (session.intent_id is None and not key_is_fresh(session, now))


def next_attempt(session: Session, earlier: Iterable[Hold | None], ask: Ask, now: datetime, terms: Terms) -> Session:
    """The session's next attempt, claimed (H-10). `earlier` are its last hold and its last used hold.

    Raises `busy` while an unused hold of it is authorized or under an operation, and `previous_unpaid` where the last
    used hold was refused at its capture.
    """
    for hold in earlier:
        if hold is not None:
            _check_earlier(hold)
    check_amount(ask, terms.price, terms.currency)
    return replace(
        session,
        status=SessionStatus.AWAITING_PAYMENT,
        attempt=session.attempt + 1,
        amount=terms.price,
        currency=terms.currency,
        minutes=terms.minutes,
        requested_at=now,
        intent_id=None,
        started_at=None,
        expires_at=None,
        ended_at=None,
        ended_by=None,
        due_at=now + CLAIM_PATIENCE,
    )


def _check_earlier(hold: Hold) -> None:
    is_used = hold.started_at is not None
    if not is_used and (hold.status is HoldStatus.REQUIRES_CAPTURE or hold.operation is not None):
        raise Refusal(Code.BUSY)
    if is_used and hold.refused_at is not None and hold.status is not HoldStatus.CAPTURED:
        raise Refusal(Code.PREVIOUS_UNPAID)


def same_attempt(session: Session, ask: Ask, now: datetime) -> Session:
    """The attempt that is under way, claimed again: same key, same parameters, more time."""
    check_amount(ask, session.amount, session.currency)
    return replace(session, due_at=now + CLAIM_PATIENCE)
