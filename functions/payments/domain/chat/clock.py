"""The chat's clock: who may start and end a chat, and what that means for the hold it runs on (H-10, H-17)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from payments.core.refusals import Code, Refusal
from payments.domain.chat.change import ChatChange, ChatState
from payments.domain.chat.deadlines import CONFIRMATION_LIFETIME, EXPIRY_MARGIN, expires_before, session_due_at
from payments.domain.chat.records import SYSTEM, ChatSession, Hold, Source
from payments.domain.chat.states import HoldStatus, SessionEvent, SessionStatus, session_step


def check_participant(session: ChatSession, by: str) -> None:
    """Raises `session_not_yours` unless `by` is the payer, the consultant or the system."""
    if by not in (*session.participants, SYSTEM):
        raise Refusal(Code.SESSION_NOT_YOURS)


def hold_to_start_on(chat: ChatState) -> Hold | None:
    """The hold that START would use: the current one, or the extension's, which makes a chat that ended ready again."""
    return chat.next_hold or chat.current


def must_refresh(chat: ChatState) -> bool:
    """Whether START asks Stripe first: the webhook may be lost, or Stripe has not confirmed the hold for an hour.

    It also comes to light then that the hold is another account's.
    """
    session, hold = chat.session, hold_to_start_on(chat)
    if hold is None:
        return False
    if chat.stripe.certainly_differs(hold.made_by):
        return hold.started_at is None
    if session.status is SessionStatus.AWAITING_PAYMENT:
        return True
    if session.status is SessionStatus.ENDED:
        return hold is chat.next_hold and hold.is_idle
    if session.status is not SessionStatus.READY or hold.status is not HoldStatus.REQUIRES_CAPTURE:
        return False
    confirmed_at = hold.confirmed_at or hold.authorized_at or hold.created_at
    return hold.capture_before is None or chat.now >= confirmed_at + CONFIRMATION_LIFETIME


def start(chat: ChatState, by: str) -> ChatChange:
    """START: the payer opens the chat and the clock runs (H-17). The hold keeps for good that it was used.

    Raises `session_not_yours`, `not_paid`, `session_ended`, `hold_expiring`, or `busy` while an operation on the hold
    is in progress.
    """
    session, now = chat.session, chat.now
    if by != session.user_id:
        raise Refusal(Code.SESSION_NOT_YOURS)
    step = session_step(session.status, SessionEvent.START)
    if step.target is session.status:
        return ChatChange(session)
    ends_at = now + timedelta(minutes=session.minutes)
    running = replace(session, status=step.target, started_at=now, expires_at=ends_at)
    running = replace(running, due_at=session_due_at(running))
    if session.source is Source.TICKET:
        return ChatChange(running)
    hold = chat.current
    if hold is None:
        raise Refusal(Code.NOT_PAID, sessionStatus=session.status.value)
    _check_usable(hold, chat)
    is_held = hold.status is HoldStatus.REQUIRES_CAPTURE
    used = replace(hold, started_at=now, ends_at=ends_at, due_at=ends_at if is_held else None)
    return ChatChange(replace(running, used_intent_id=hold.id), (used,))


def _check_usable(hold: Hold, chat: ChatState) -> None:
    if not hold.is_idle:
        raise Refusal(Code.BUSY)
    is_paid = hold.status is HoldStatus.REQUIRES_CAPTURE or (
        hold.status is HoldStatus.CAPTURED and hold.refunded_total < hold.amount_captured
    )
    if hold.started_at is not None or not is_paid:
        raise Refusal(Code.NOT_PAID, sessionStatus=chat.session.status.value)
    last_minute = chat.now + timedelta(minutes=chat.session.minutes) + EXPIRY_MARGIN
    if hold.status is HoldStatus.REQUIRES_CAPTURE and last_minute >= expires_before(hold):
        raise Refusal(Code.HOLD_EXPIRING)


def end(chat: ChatState, by: str) -> ChatChange:
    """END: before `expiresAt` the payer only, afterwards either participant and the sweep (H-10, H-15).

    The period of the current hold ends with the chat. Raises `session_not_yours`, `session_not_started`,
    `session_running`.
    """
    session, now = chat.session, chat.now
    check_participant(session, by)
    holds = (chat.current,) if chat.current else ()
    step = session_step(session.status, SessionEvent.END)
    if step.target is session.status:
        return ChatChange(session, holds)
    if by != session.user_id and session.expires_at is not None and now < session.expires_at:
        raise Refusal(Code.SESSION_RUNNING, expiresAt=session.expires_at.isoformat())
    ended = replace(session, status=step.target, ended_at=now, ended_by=by)
    ended = replace(ended, due_at=session_due_at(ended))
    return ChatChange(ended, tuple(replace(hold, ends_at=min(hold.ends_at or now, now)) for hold in holds))
