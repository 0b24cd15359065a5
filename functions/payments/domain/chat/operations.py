"""Operations on a hold at Stripe: the claim that comes first, and what Stripe's answer to it means.

What is about to be done at Stripe is on record before it is done, so that anybody can finish it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from payments.core.refusals import Code, Refusal
from payments.domain.chat.apply_snapshot import apply_snapshot, on_paid, revoke_extension
from payments.domain.chat.change import ChatChange, ChatState
from payments.domain.chat.clock import check_participant, end
from payments.domain.chat.deadlines import (
    CANCEL_RETRY,
    RETRY_SOONEST,
    claim_is_stale,
    gives_up,
    is_late,
    next_due_at,
    retry_capture_at,
    retry_unanswered_at,
)
from payments.domain.chat.out_of_reach import note_failure
from payments.domain.chat.records import CALLER_REASONS, CancelReason, Hold, Operation
from payments.domain.chat.states import HoldStatus, SessionStatus
from payments.domain.chat.unanswered import remembered, say_if_stuck
from payments.stripe_model.answers import ANSWERED, Failure, Refused, TryAgain
from payments.stripe_model.snapshots import PaymentIntentSnapshot

#: The answer that Stripe keeps for a spent key.
KEY_SPENT: Final = TryAgain("idempotency key spent")


def claim_operation(hold: Hold, operation: Operation, now: datetime) -> Hold:
    """The hold with `operation` on record. The number of the try, part of the key, grows only after a refusal.

    It is due again in two minutes, or later the longer it has been unanswered.
    """
    since = hold.unanswered_since or now
    due_at = retry_unanswered_at(since, now)
    return replace(hold, operation=operation, operation_at=now, unanswered_since=since, due_at=due_at)


def may_claim(hold: Hold, operation: Operation, now: datetime) -> bool:
    """Whether `operation` can be claimed now: none is in progress, or the same is and its process must have died.

    A claim made at exactly `now` is the caller's own, made by a commit whose answer was lost.
    """
    if hold.operation is None:
        return True
    return hold.operation is operation and (hold.operation_at == now or claim_is_stale(hold, now))


def begin_capture(chat: ChatState, by: str) -> ChatChange:
    """Claim the capture of a used hold; the payer's call ends the chat that runs on it (H-09, H-15).

    A captured hold is answered as it is. Raises `session_not_yours`, `not_authorized_yet`, `hold_released`,
    `session_not_started`, `session_running` (the consultant, before `expiresAt`), `busy`.
    """
    hold = chat.hold
    check_participant(chat.session, by)
    if hold.status is HoldStatus.CAPTURED:
        return chat.changed()
    if hold.status is HoldStatus.CANCELED:
        raise Refusal(Code.HOLD_RELEASED)
    if hold.status is HoldStatus.CREATED:
        raise Refusal(Code.NOT_AUTHORIZED_YET)
    if hold.cancel_reason is CancelReason.DIFFERS or not may_claim(hold, Operation.CAPTURE, chat.now):
        raise Refusal(Code.BUSY)
    if hold.started_at is None:
        raise Refusal(Code.SESSION_NOT_STARTED, sessionStatus=chat.session.status.value)
    return end_and_claim(chat, by)


def end_and_claim(chat: ChatState, by: str) -> ChatChange:
    """Claim the capture, and end the chat in the same commit if it runs on this hold's time.

    A chat that has been extended goes on: the hold pays for its own period only.
    """
    is_running = chat.is_current and chat.session.status is SessionStatus.ACTIVE
    if is_running and not _has_run_on(chat):
        chat = chat.after(end(chat, by))
    return chat.having(hold=claim_operation(chat.hold, Operation.CAPTURE, chat.now)).changed(claims=True)


def _has_run_on(chat: ChatState) -> bool:
    """Whether the hold's own time is over while the chat still runs."""
    ends_at, expires_at = chat.hold.ends_at, chat.session.expires_at
    return ends_at is not None and expires_at is not None and ends_at <= chat.now < expires_at


def end_chat(chat: ChatState, by: str) -> ChatChange:
    """END by a person or the sweep; it claims the capture too, unless the hold has an operation or is to be canceled.

    A chat that has ended is answered as it is. Its claim is the caller's own if it was made at exactly `now`.
    """
    ended = end(chat, by)
    if chat.session.status is not SessionStatus.ENDED:
        ended = replace(ended, holds=tuple(_claim_if_free(hold, chat.now) for hold in ended.holds))
    is_claimed = any((hold.operation, hold.operation_at) == (Operation.CAPTURE, chat.now) for hold in ended.holds)
    return replace(ended, claims=is_claimed)


def _claim_if_free(hold: Hold, now: datetime) -> Hold:
    is_capturable = hold.status is HoldStatus.REQUIRES_CAPTURE and hold.is_idle
    return claim_operation(hold, Operation.CAPTURE, now) if is_capturable else hold


def begin_cancel(chat: ChatState, by: str, reason: CancelReason) -> ChatChange:
    """Claim the cancel of a hold: the payer's button (H-11), or the consultant who charges nothing.

    A canceled hold is answered as it is. Raises `session_not_yours`, `already_captured`, `busy`, and for the payer
    `session_started`.
    """
    hold = chat.hold
    check_participant(chat.session, by)
    if hold.status is HoldStatus.CAPTURED:
        raise Refusal(Code.ALREADY_CAPTURED)
    if hold.status is HoldStatus.CANCELED:
        return chat.changed()
    if by == chat.session.user_id and hold.started_at is not None:
        raise Refusal(Code.SESSION_STARTED)
    if not may_claim(hold, Operation.CANCEL, chat.now):
        raise Refusal(Code.BUSY)
    chat = revoke_extension(chat)
    reason = hold.cancel_reason if hold.cancel_reason not in (None, CancelReason.UNCOLLECTED) else reason
    claimed = claim_operation(replace(chat.hold, cancel_reason=reason), Operation.CANCEL, chat.now)
    return chat.having(hold=claimed).changed(claims=True)


def settle(
    chat: ChatState, claimed: Hold, snapshot: PaymentIntentSnapshot, failed: Refused | Failure | None
) -> ChatChange:
    """Apply what Stripe says of the PaymentIntent after the operation and, if there was one, how it failed."""
    change = apply_snapshot(chat, snapshot)
    if failed is None:
        return change
    after = _on_failed(chat.after(change), claimed, failed)
    return replace(after, alerts=change.alerts + after.alerts)


def _on_failed(chat: ChatState, claimed: Hold, failed: Refused | Failure) -> ChatChange:
    if not isinstance(failed, Refused):
        return note_failure(chat, claimed, failed)
    return on_key_spent(chat, claimed) if failed.is_spent else on_refused(chat, claimed)


def is_claim_of(hold: Hold, claimed: Hold) -> bool:
    """Whether the record still has the operation, and the try of it, that was claimed."""
    return (hold.operation, hold.operation_try) == (claimed.operation, claimed.operation_try)


def on_refused(chat: ChatState, claimed: Hold) -> ChatChange:
    """Stripe refused for good: the next try gets a new key, and `dueAt` follows from the hold's fields."""
    hold = chat.hold
    if hold.operation is None or not is_claim_of(hold, claimed):
        return chat.changed()
    freed = chat.having(hold=replace(_without_operation(hold), **ANSWERED))
    return _on_capture_refused(freed) if hold.operation is Operation.CAPTURE else _on_cancel_refused(freed)


def on_key_spent(chat: ChatState, claimed: Hold) -> ChatChange:
    """The idempotency key is spent though the payment was not refused: retry soon, with the next key.

    It stays unanswered: Stripe said nothing about the payment.
    """
    if chat.hold.operation is None or not is_claim_of(chat.hold, claimed):
        return chat.changed()
    hold = remembered(_without_operation(chat.hold), KEY_SPENT, chat.now)
    return say_if_stuck(chat.having(hold=replace(hold, due_at=chat.now + RETRY_SOONEST)), KEY_SPENT)


def _without_operation(hold: Hold) -> Hold:
    return replace(hold, operation=None, operation_at=None, operation_try=hold.operation_try + 1)


def _on_capture_refused(chat: ChatState) -> ChatChange:
    now = chat.now
    hold = replace(chat.hold, refused_at=chat.hold.refused_at or now, due_at=retry_capture_at(chat.hold, now))
    if gives_up(hold, now):
        hold = replace(hold, cancel_reason=CancelReason.UNCOLLECTED, due_at=now)
    elif hold.late_refused_at is None and is_late(hold, now, chat.terms):
        hold = replace(hold, late_refused_at=now)
    return chat.having(hold=hold).changed()


def _on_cancel_refused(chat: ChatState) -> ChatChange:
    """Our own reasons stand and are tried again. A caller's wish is over, and PAID, which it held up, is fired.

    A capture that was given up before that wish stays given up.
    """
    hold, now = chat.hold, chat.now
    if hold.cancel_reason in CALLER_REASONS and gives_up(hold, now):
        hold = replace(hold, cancel_reason=CancelReason.UNCOLLECTED)
    if hold.cancel_reason not in CALLER_REASONS or hold.status is HoldStatus.CANCELED:
        return chat.having(hold=replace(hold, due_at=now + CANCEL_RETRY)).changed()
    freed = replace(hold, cancel_reason=None)
    chat = chat.having(hold=replace(freed, due_at=next_due_at(freed, now, chat.terms)))
    return on_paid(chat) if chat.hold.status is HoldStatus.REQUIRES_CAPTURE else chat.changed()
