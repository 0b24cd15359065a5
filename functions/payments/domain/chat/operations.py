"""Operations on a hold at Stripe: the claim that comes first, and what their outcome means."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from payments.core.refusals import Code, Refusal
from payments.domain.chat.apply_snapshot import letting_go, paid
from payments.domain.chat.change import Moved, is_current
from payments.domain.chat.clock import check_participant, end
from payments.domain.chat.deadlines import (
    CANCEL_RETRY,
    OPERATION_PATIENCE,
    RETRY_SOONEST,
    claim_is_stale,
    due_by_nature,
    gives_up,
    is_late,
    retry_capture_at,
)
from payments.domain.chat.records import CALLER_REASONS, CancelReason, Hold, Operation, Session, Terms
from payments.domain.chat.states import HoldStatus, SessionStatus


def claim(hold: Hold, operation: Operation, now: datetime) -> Hold:
    """The hold with `operation` on record. Its attempt, part of the key, grows only after a definite refusal."""
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
        return Moved(session, (hold,))
    if hold.status is HoldStatus.CANCELED:
        raise Refusal(Code.HOLD_RELEASED)
    if hold.status is HoldStatus.CREATED:
        raise Refusal(Code.NOT_AUTHORIZED_YET)
    if hold.cancel_reason is CancelReason.DIFFERS or not may_claim(hold, Operation.CAPTURE, now):
        raise Refusal(Code.BUSY)
    if hold.started_at is None:
        raise Refusal(Code.SESSION_NOT_STARTED, sessionStatus=session.status.value)
    return end_and_claim(hold, session, by, now)


def end_and_claim(hold: Hold, session: Session, by: str, now: datetime) -> Moved:
    """Claim the capture, and end the chat in the same commit if it runs on this hold's time.

    A chat that has been extended goes on: the hold pays for its own period only.
    """
    is_running = is_current(hold, session) and session.status is SessionStatus.ACTIVE
    if is_running and not _has_run_on(hold, session, now):
        ended = end(session, hold, by, now)
        session, hold = ended.session, ended.hold
    return Moved(session, (claim(hold, Operation.CAPTURE, now),))


def _has_run_on(hold: Hold, session: Session, now: datetime) -> bool:
    """Whether the hold's own time is over while the chat still runs."""
    return hold.ends_at is not None and session.expires_at is not None and hold.ends_at <= now < session.expires_at


def end_chat(session: Session, hold: Hold | None, by: str, now: datetime) -> Moved:
    """END by a person or the sweep; the capture is claimed with it unless something is done to the hold already."""
    ended = end(session, hold, by, now)
    if session.status is SessionStatus.ENDED:
        return ended
    return replace(ended, holds=tuple(_claim_if_free(hold, now) for hold in ended.holds))


def _claim_if_free(hold: Hold, now: datetime) -> Hold:
    is_capturable = hold.status is HoldStatus.REQUIRES_CAPTURE and hold.is_idle
    return claim(hold, Operation.CAPTURE, now) if is_capturable else hold


def begin_cancel(hold: Hold, session: Session, by: str, reason: CancelReason, now: datetime) -> Moved:
    """Claim the cancel of a hold: its button (H-11), or the consultant letting the person go free.

    A canceled hold is answered as it is. Raises `session_not_yours`, `already_captured`, `busy`, and for the payer
    `session_started`.
    """
    check_participant(session, by)
    if hold.status is HoldStatus.CAPTURED:
        raise Refusal(Code.ALREADY_CAPTURED)
    if hold.status is HoldStatus.CANCELED:
        return Moved(session, (hold,))
    if by == session.user_id and hold.started_at is not None:
        raise Refusal(Code.SESSION_STARTED)
    if not may_claim(hold, Operation.CANCEL, now):
        raise Refusal(Code.BUSY)
    session, hold = letting_go(hold, session, now)
    reason = hold.cancel_reason if hold.cancel_reason not in (None, CancelReason.UNCOLLECTED) else reason
    return Moved(session, (claim(replace(hold, cancel_reason=reason), Operation.CANCEL, now),))


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
