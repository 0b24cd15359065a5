"""What is due on a hold or a session, and its claim by the sweep (design 7: deadlines are data)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from payments.domain.chat.change import ChatChange, ChatState, DueAction
from payments.domain.chat.deadlines import (
    OPERATION_PATIENCE,
    extension_claim_lapses_at,
    is_abandoned,
    is_waiting_to_begin,
    next_due_at,
    release_at,
    remind_at,
    session_due_at,
)
from payments.domain.chat.operations import claim_operation, end_and_claim, end_chat
from payments.domain.chat.out_of_reach import is_other_accounts, wait_for_key
from payments.domain.chat.records import SYSTEM, CancelReason, ChatSession, Hold, Operation, Terms
from payments.domain.chat.requests import drop_claim
from payments.domain.chat.states import HoldStatus, SessionStatus


def due_action(hold: Hold, now: datetime, terms: Terms) -> DueAction:
    """What is due on a hold, by its own fields alone: never by its session's status."""
    if hold.due_at is None or now < hold.due_at:
        return DueAction.NONE
    if hold.operation is not None:
        return DueAction.RETRY_OPERATION
    if hold.status is HoldStatus.CAPTURED:
        return DueAction.REFRESH
    return DueAction.CANCEL if hold.cancel_reason is not None else _action_of_idle(hold, now, terms)


def _action_of_idle(hold: Hold, now: datetime, terms: Terms) -> DueAction:
    if is_waiting_to_begin(hold):
        return DueAction.REFRESH
    if hold.status is HoldStatus.CREATED:
        return DueAction.CANCEL if is_abandoned(hold, now, terms) else DueAction.REFRESH
    if hold.started_at is not None and hold.ends_at is not None:
        return DueAction.CAPTURE if now >= hold.ends_at else DueAction.REFRESH
    return DueAction.CANCEL if now >= release_at(hold, terms) else DueAction.REFRESH


def claim_due(chat: ChatState) -> ChatChange:
    """Claim what is due on a hold. Every claim moves `dueAt` on, so that an item that always fails blocks no other."""
    hold, now = chat.hold, chat.now
    action = due_action(hold, now, chat.terms)
    if action is not DueAction.NONE and is_other_accounts(hold, chat.stripe):
        return wait_for_key(chat)
    if action is DueAction.RETRY_OPERATION and hold.operation is not None:
        chat = chat.having(hold=claim_operation(hold, hold.operation, now))
        return chat.changed(action=action, claims=True)
    if action is DueAction.CANCEL:
        return chat.having(hold=_claim_release(hold, now)).changed(action=action, claims=True)
    if action is DueAction.CAPTURE:
        return replace(end_and_claim(chat, SYSTEM), action=action)
    if action is DueAction.REFRESH:
        natural = next_due_at(hold, now, chat.terms) or now
        chat = chat.having(hold=replace(hold, due_at=max(natural, now + OPERATION_PATIENCE)))
    return chat.changed(action=action)


def _claim_release(hold: Hold, now: datetime) -> Hold:
    """Claim the cancel. If the hold is canceled on record, use a new key: the old one only replays its answer."""
    is_again = hold.status is HoldStatus.CANCELED
    hold = replace(
        hold,
        cancel_reason=hold.cancel_reason or CancelReason.ABANDONED,
        operation_try=hold.operation_try + is_again,
    )
    return claim_operation(hold, Operation.CANCEL, now)


def claim_due_session(chat: ChatState) -> ChatChange:
    """Do what is due on a session: end it, remind people that it is about to end (H-06), drop a claim that died.

    Only the end concerns the hold, whose capture it claims.
    """
    session = chat.session
    action = _action_of_session(session, chat.now)
    if action is DueAction.END:
        return replace(end_chat(chat, SYSTEM), action=action)
    if action is DueAction.DROP_CLAIM:
        session = drop_claim(session, session.next.attempt if session.next else session.attempt)
    if action is DueAction.REMIND:
        session = replace(session, reminded_at=chat.now)
    if action in (DueAction.REMIND, DueAction.RESCHEDULE):
        session = replace(session, due_at=session_due_at(session))
    return ChatChange(session, action=action)


def _action_of_session(session: ChatSession, now: datetime) -> DueAction:
    if session.due_at is None or now < session.due_at:
        return DueAction.NONE
    if session.status is SessionStatus.ACTIVE and session.expires_at is not None:
        if now >= session.expires_at:
            return DueAction.END
        if (soon := remind_at(session)) is not None and now >= soon:
            return DueAction.REMIND
    lapses_at = extension_claim_lapses_at(session)
    is_dead_claim = session.status is SessionStatus.AWAITING_PAYMENT and session.intent_id is None
    has_lapsed = is_dead_claim or (lapses_at is not None and now >= lapses_at)
    return DueAction.DROP_CLAIM if has_lapsed else DueAction.RESCHEDULE
