"""What people and the sweep may do: each function takes the records as read and answers them as they are to be written.

Nothing here talks to Stripe; a claim only puts on record what is about to be done, so that anybody can finish it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from .deadlines import (
    CLAIM_PATIENCE,
    CONFIRMATION_LIFETIME,
    EXPIRY_MARGIN,
    OPERATION_PATIENCE,
    claim_is_stale,
    due_by_nature,
    expires_before,
    is_abandoned,
    key_is_fresh,
    release_at,
)
from .facts import Moved, is_current
from .records import CancelReason, Hold, Operation, Session, Terms
from .refusals import Code, Refusal
from .states import Effect, HoldStatus, SessionEvent, SessionStatus, session_step

SYSTEM = "system"


def check_participant(session: Session, by: str) -> None:
    """Raises `session_not_yours` unless `by` is the payer or the consultant; the system may do what a participant may."""
    if by not in (*session.participants, SYSTEM):
        raise Refusal(Code.SESSION_NOT_YOURS)


# --- asking for a hold


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
    """Whether a hold asked for now is a new attempt, with its own idempotency key. Raises the session table's refusal."""
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


# --- the chat


def needs_a_look(session: Session, hold: Hold, now: datetime) -> bool:
    """Whether START has to ask Stripe first: the webhook may never have come, or has not been heard of for an hour."""
    if session.status is SessionStatus.AWAITING_PAYMENT:
        return True
    if session.status is not SessionStatus.READY or hold.status is not HoldStatus.REQUIRES_CAPTURE:
        return False
    confirmed_at = hold.confirmed_at or hold.created_at
    return hold.capture_before is None or now >= confirmed_at + CONFIRMATION_LIFETIME


def start(session: Session, hold: Hold | None, by: str, now: datetime) -> Moved:
    """START: the payer opens the chat and the clock runs (H-17). The use is recorded on the hold, for good.

    Raises `session_not_yours`, `not_paid`, `session_ended`, `hold_expiring`, or `busy` while something is done to the hold.
    """
    if by != session.user_id:
        raise Refusal(Code.SESSION_NOT_YOURS)
    step = session_step(session.status, SessionEvent.START)
    if hold is None or not is_current(hold, session):
        raise Refusal(Code.NOT_PAID, sessionStatus=session.status.value)
    if step.target is session.status:
        return Moved(hold, session)
    _check_usable(hold, session, now)
    ends_at = now + timedelta(minutes=session.minutes)
    is_held = hold.status is HoldStatus.REQUIRES_CAPTURE
    return Moved(
        replace(hold, started_at=now, ends_at=ends_at, due_at=ends_at if is_held else None),
        replace(session, status=step.target, used_intent_id=hold.id, started_at=now, expires_at=ends_at, due_at=ends_at),
    )


def _check_usable(hold: Hold, session: Session, now: datetime) -> None:
    if hold.operation is not None or hold.cancel_reason is not None:
        raise Refusal(Code.BUSY)
    if hold.started_at is not None or hold.status not in {HoldStatus.REQUIRES_CAPTURE, HoldStatus.CAPTURED}:
        raise Refusal(Code.NOT_PAID, sessionStatus=session.status.value)
    last_minute = now + timedelta(minutes=session.minutes) + EXPIRY_MARGIN
    if hold.status is HoldStatus.REQUIRES_CAPTURE and last_minute >= expires_before(hold):
        raise Refusal(Code.HOLD_EXPIRING)


def end(session: Session, hold: Hold, by: str, now: datetime) -> tuple[Session, Hold]:
    """END: before `expiresAt` the payer only, afterwards either participant and the sweep (H-10, H-15).

    The hold's own period ends with the chat. Raises `session_not_yours`, `session_not_started`, `session_running`.
    """
    check_participant(session, by)
    step = session_step(session.status, SessionEvent.END)
    if step.target is session.status:
        return session, hold
    if by != session.user_id and session.expires_at is not None and now < session.expires_at:
        raise Refusal(Code.SESSION_RUNNING, expiresAt=session.expires_at.isoformat())
    ended = replace(session, status=step.target, ended_at=now, ended_by=by, due_at=None)
    return ended, replace(hold, ends_at=min(hold.ends_at or now, now))


# --- operations on a hold


def claim(hold: Hold, operation: Operation, now: datetime) -> Hold:
    """The hold with `operation` on record; the attempt makes the idempotency key and grows only after a definite refusal."""
    return replace(hold, operation=operation, operation_at=now, due_at=now + OPERATION_PATIENCE)


def may_claim(hold: Hold, operation: Operation, now: datetime) -> bool:
    """Whether `operation` can be claimed now: nothing is under way, or the same is and its process must have died.

    A claim made at exactly `now` is the caller's own, its commit's answer having been lost.
    """
    if hold.operation is None:
        return True
    return hold.operation is operation and (hold.operation_at == now or claim_is_stale(hold, now))


def begin_capture(hold: Hold, session: Session, by: str, now: datetime) -> Moved:
    """Claim the capture of a used hold; the payer's call ends the chat that runs on it (H-09, H-15).

    A captured hold is answered as it is. Raises `session_not_yours`, `not_authorized_yet`, `hold_released`,
    `session_not_started`, `session_running` (the consultant, before `expiresAt`), `busy`.
    """
    check_participant(session, by)
    if hold.status is HoldStatus.CAPTURED:
        return Moved(hold, session)
    if hold.status is HoldStatus.CANCELED:
        raise Refusal(Code.HOLD_RELEASED)
    if hold.status is HoldStatus.CREATED:
        raise Refusal(Code.NOT_AUTHORIZED_YET)
    if not may_claim(hold, Operation.CAPTURE, now):
        raise Refusal(Code.BUSY)
    if hold.started_at is None:
        raise Refusal(Code.SESSION_NOT_STARTED)
    return end_and_claim(hold, session, by, now)


def end_and_claim(hold: Hold, session: Session, by: str, now: datetime) -> Moved:
    """End the chat that runs on a used hold, if it still runs, and claim the capture in the same commit."""
    if is_current(hold, session) and session.status is SessionStatus.ACTIVE:
        session, hold = end(session, hold, by, now)
    return Moved(claim(hold, Operation.CAPTURE, now), session)


def end_chat(session: Session, hold: Hold, by: str, now: datetime) -> Moved:
    """END by a person or the sweep; the capture is claimed with it unless something is being done to the hold already."""
    is_repeat = session.status is SessionStatus.ENDED
    session, hold = end(session, hold, by, now)
    is_capturable = hold.status is HoldStatus.REQUIRES_CAPTURE and hold.operation is None and hold.cancel_reason is None
    return Moved(hold if is_repeat or not is_capturable else claim(hold, Operation.CAPTURE, now), session)


def begin_cancel(hold: Hold, session: Session, by: str, reason: CancelReason, now: datetime) -> Moved:
    """Claim the cancel of a hold: its button (H-11), or the consultant letting the person go free.

    A canceled hold is answered as it is. Raises `session_not_yours`, `already_captured`, `busy`, and for the payer
    `session_started`.
    """
    check_participant(session, by)
    if hold.status is HoldStatus.CAPTURED:
        raise Refusal(Code.ALREADY_CAPTURED)
    if hold.status is HoldStatus.CANCELED:
        return Moved(hold, session)
    if by == session.user_id and hold.started_at is not None:
        raise Refusal(Code.SESSION_STARTED)
    if not may_claim(hold, Operation.CANCEL, now):
        raise Refusal(Code.BUSY)
    if hold.operation is None:
        hold = replace(hold, cancel_reason=reason)
    return Moved(claim(hold, Operation.CANCEL, now), session)


# --- what is due


class Step(StrEnum):
    """What the sweep has to do with a hold that is due."""

    NOTHING = "nothing"
    LOOK = "look"
    RESUME = "resume"
    CANCEL = "cancel"
    CAPTURE = "capture"


def due_step(hold: Hold, now: datetime, terms: Terms) -> Step:
    """What is due on a hold, by its own fields alone: never by its session's status."""
    if hold.due_at is None or now < hold.due_at:
        return Step.NOTHING
    if hold.operation is not None:
        return Step.RESUME
    if hold.status is HoldStatus.CAPTURED:
        return Step.LOOK
    if hold.cancel_reason is not None:
        return Step.CANCEL
    if hold.status is HoldStatus.CREATED:
        return Step.CANCEL if is_abandoned(hold, now, terms) else Step.LOOK
    if hold.started_at is not None and hold.ends_at is not None:
        return Step.CAPTURE if now >= hold.ends_at else Step.LOOK
    return Step.CANCEL if now >= release_at(hold, terms) else Step.LOOK


def take_up(hold: Hold, session: Session, now: datetime, terms: Terms) -> tuple[Step, Moved]:
    """Claim what is due on a hold. Every claim moves `dueAt` on, so that an item that always fails blocks nobody."""
    step = due_step(hold, now, terms)
    if step is Step.RESUME and hold.operation is not None:
        return step, Moved(claim(hold, hold.operation, now), session)
    if step is Step.CANCEL:
        return step, Moved(_claim_release(hold, now), session)
    if step is Step.CAPTURE:
        return step, end_and_claim(hold, session, SYSTEM, now)
    if step is Step.LOOK:
        natural = due_by_nature(hold, now, terms) or now
        return step, Moved(replace(hold, due_at=max(natural, now + OPERATION_PATIENCE)), session)
    return step, Moved(hold, session)


def _claim_release(hold: Hold, now: datetime) -> Hold:
    """Claim the sweep's cancel. One that is canceled on record gets a new attempt: the old key would only replay the old answer."""
    is_again = hold.status is HoldStatus.CANCELED
    hold = replace(
        hold,
        cancel_reason=hold.cancel_reason or CancelReason.ABANDONED,
        operation_attempt=hold.operation_attempt + is_again,
    )
    return claim(hold, Operation.CANCEL, now)
