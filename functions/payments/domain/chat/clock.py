"""The chat: who may start and end it, and what that means for the hold it runs on (H-10, H-17)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from payments.core.refusals import Code, Refusal
from payments.domain.chat.change import Moved, is_current
from payments.domain.chat.deadlines import CONFIRMATION_LIFETIME, EXPIRY_MARGIN, expires_before, session_due
from payments.domain.chat.extension import is_next
from payments.domain.chat.records import SYSTEM, Hold, Session, Source
from payments.domain.chat.states import HoldStatus, SessionEvent, SessionStatus, session_step


def check_participant(session: Session, by: str) -> None:
    """Raises `session_not_yours` unless `by` is the payer, the consultant or the system."""
    if by not in (*session.participants, SYSTEM):
        raise Refusal(Code.SESSION_NOT_YOURS)


def needs_a_look(session: Session, hold: Hold, now: datetime) -> bool:
    """Whether START has to ask Stripe first: the webhook may never have come, or has not been heard of for an hour.

    `hold` is the one that START would use; of a chat that has ended the one that can make it ready again.
    """
    if session.status is SessionStatus.AWAITING_PAYMENT:
        return True
    if session.status is SessionStatus.ENDED:
        return is_next(hold, session) and hold.is_idle
    if session.status is not SessionStatus.READY or hold.status is not HoldStatus.REQUIRES_CAPTURE:
        return False
    confirmed_at = hold.confirmed_at or hold.authorized_at or hold.created_at
    return hold.capture_before is None or now >= confirmed_at + CONFIRMATION_LIFETIME


def start(session: Session, hold: Hold | None, by: str, now: datetime) -> Moved:
    """START: the payer opens the chat and the clock runs (H-17). The use is recorded on the hold, for good.

    Raises `session_not_yours`, `not_paid`, `session_ended`, `hold_expiring`, or `busy` while something is done to the
    hold.
    """
    if by != session.user_id:
        raise Refusal(Code.SESSION_NOT_YOURS)
    step = session_step(session.status, SessionEvent.START)
    if step.target is session.status:
        return Moved(session)
    ends_at = now + timedelta(minutes=session.minutes)
    running = replace(session, status=step.target, started_at=now, expires_at=ends_at)
    running = replace(running, due_at=session_due(running))
    if session.source is Source.TICKET:
        return Moved(running)
    if hold is None or not is_current(hold, session):
        raise Refusal(Code.NOT_PAID, sessionStatus=session.status.value)
    _check_usable(hold, session, now)
    is_held = hold.status is HoldStatus.REQUIRES_CAPTURE
    used = replace(hold, started_at=now, ends_at=ends_at, due_at=ends_at if is_held else None)
    return Moved(replace(running, used_intent_id=hold.id), (used,))


def _check_usable(hold: Hold, session: Session, now: datetime) -> None:
    if not hold.is_idle:
        raise Refusal(Code.BUSY)
    is_paid = hold.status is HoldStatus.REQUIRES_CAPTURE or (
        hold.status is HoldStatus.CAPTURED and hold.refunded_total < hold.amount_captured
    )
    if hold.started_at is not None or not is_paid:
        raise Refusal(Code.NOT_PAID, sessionStatus=session.status.value)
    last_minute = now + timedelta(minutes=session.minutes) + EXPIRY_MARGIN
    if hold.status is HoldStatus.REQUIRES_CAPTURE and last_minute >= expires_before(hold):
        raise Refusal(Code.HOLD_EXPIRING)


def end(session: Session, hold: Hold | None, by: str, now: datetime) -> Moved:
    """END: before `expiresAt` the payer only, afterwards either participant and the sweep (H-10, H-15).

    The hold's own period ends with the chat. Raises `session_not_yours`, `session_not_started`, `session_running`.
    """
    check_participant(session, by)
    holds = (hold,) if hold else ()
    step = session_step(session.status, SessionEvent.END)
    if step.target is session.status:
        return Moved(session, holds)
    if by != session.user_id and session.expires_at is not None and now < session.expires_at:
        raise Refusal(Code.SESSION_RUNNING, expiresAt=session.expires_at.isoformat())
    ended = replace(session, status=step.target, ended_at=now, ended_by=by)
    ended = replace(ended, due_at=session_due(ended))
    return Moved(ended, tuple(replace(hold, ends_at=min(hold.ends_at or now, now)) for hold in holds))
