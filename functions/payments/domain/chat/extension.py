"""Extending a running chat (design 4: the extension without a gap): the next hold is made before the clock runs out.

Each hold pays for a period of its own, and is captured at that period's end. Every other rule of the chat is applied by
`decide`, so none of them has to know of the extension.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from payments.domain.chat.change import ChatChange, ChatState, Rule, schedule_cancel
from payments.domain.chat.deadlines import (
    EXTENSION_GRACE,
    extension_begins_at,
    is_waiting_to_begin,
    session_due_at,
)
from payments.domain.chat.records import Attempt, CancelReason, ChatSession, Hold, NextAttempt, Source
from payments.domain.chat.states import Effect, HoldStatus, NextEvent, NextStatus, SessionStatus, next_step
from payments.domain.chat.unanswered import closed_alerts

_HELD: Final = HoldStatus.REQUIRES_CAPTURE


def decide(chat: ChatState, rule: Rule) -> ChatChange:
    """What a rule makes of a chat: an extension whose time has come begins first; the chat's end releases the next."""
    begun = begin(chat)
    change = _with_next(chat, begun, rule(begun))
    return replace(change, alerts=(*change.alerts, *closed_alerts(chat.holds, change, chat.now)))


def begin(chat: ChatState) -> ChatState:
    """The chat as it is now: an extension whose time has run for a minute is what the chat runs on."""
    hold = chat.next_hold
    begins_at = extension_begins_at(hold) if hold else None
    if hold is None or begins_at is None or chat.now < begins_at:
        return chat
    if next_status(chat.session, hold) is not NextStatus.PAID:
        return chat
    return move(NextEvent.BEGIN, chat.about(hold.id)).about(chat.hold_id)


def _with_next(read: ChatState, begun: ChatState, change: ChatChange) -> ChatChange:
    """The change, with what the time and the chat's end have made of the extension's hold."""
    next_hold = read.next_hold
    if next_hold is None or any(hold.id == next_hold.id for hold in change.holds):
        return change
    about_next = begun.about(next_hold.id)
    has_ended = (begun.session.status, change.session.status) == (SessionStatus.ACTIVE, SessionStatus.ENDED)
    if has_ended and about_next.is_next:
        about_next = move(NextEvent.END, about_next)
    hold = about_next.hold
    return change if hold == next_hold else replace(change, holds=(*change.holds, hold))


def next_status(session: ChatSession, hold: Hold | None) -> NextStatus:
    """Where the session's extension stands. `hold` is its hold, None while there is no PaymentIntent on record."""
    if session.next is None:
        return NextStatus.NONE
    if hold is None:
        return NextStatus.CREATED
    if is_waiting_to_begin(hold):
        return NextStatus.PAID
    return NextStatus.CREATED if hold.is_idle else NextStatus.LEAVING


def claim_next(session: ChatSession, attempt: Attempt) -> ChatSession:
    """The running session with its extension claimed."""
    claimed = NextAttempt(
        attempt=attempt.number,
        amount=attempt.amount,
        currency=attempt.currency,
        minutes=attempt.minutes,
        requested_at=attempt.requested_at,
        intent_id=attempt.intent_id,
    )
    session = replace(session, last_attempt=attempt.number, next=claimed)
    return replace(session, due_at=session_due_at(session))


def drop_next(session: ChatSession) -> ChatSession:
    """The session without its extension."""
    session = replace(session, next=None)
    return replace(session, due_at=session_due_at(session))


def move(event: NextEvent, chat: ChatState) -> ChatState:
    """What `event` does to the session and to the hold in question, which extends it. Raises the table's refusal."""
    step = next_step(chat.session.status, next_status(chat.session, chat.hold), event)
    chat = _EFFECTS[step.effect](chat)
    is_over = step.target is NextStatus.NONE and step.effect is not Effect.BECOME_CURRENT
    return chat.having(drop_next(chat.session)) if is_over else chat


def pay(chat: ChatState) -> ChatState:
    """PAID. If the payment is late, a chat whose time is over ends first, though nobody has come to end it yet."""
    if chat.session.status is SessionStatus.ACTIVE and _is_late(chat) and not is_waiting_to_begin(chat.hold):
        chat = chat.having(replace(chat.session, status=SessionStatus.ENDED))
    return move(NextEvent.PAID, chat)


def _is_late(chat: ChatState) -> bool:
    """Whether an extension has come too late for the running chat: a minute after its end, or asked for after it.

    Both people have left by then: the payer starts the new time when they are there, and no clock runs for nobody. And
    an extension that is canceled gives its first minute away: the next one must not do so again.
    """
    ends, extension = chat.session.expires_at, chat.session.next
    if ends is None:
        return False
    return chat.now >= ends + EXTENSION_GRACE or (extension is not None and extension.requested_at >= ends)


def _nothing(chat: ChatState) -> ChatState:
    return chat


def _prolong(chat: ChatState) -> ChatState:
    """The clock moves on: the new period begins when the old one ends, or now if that is past."""
    session = chat.session
    minutes = session.next.minutes if session.next else session.minutes
    starts_at = max(session.expires_at or chat.now, chat.now)
    ends_at = starts_at + timedelta(minutes=minutes)
    hold = replace(chat.hold, starts_at=starts_at, ends_at=ends_at)
    session = replace(session, expires_at=ends_at)
    return chat.having(
        replace(session, due_at=session_due_at(session)), replace(hold, due_at=extension_begins_at(hold))
    )


def _shorten(chat: ChatState) -> ChatState:
    """The clock moves back; whether and when the hold is canceled is decided by whoever revokes it."""
    session = replace(chat.session, expires_at=chat.hold.starts_at or chat.session.expires_at)
    hold = replace(chat.hold, starts_at=None, ends_at=None)
    return chat.having(replace(session, due_at=session_due_at(session)), hold)


def _cancel_unused(chat: ChatState) -> ChatState:
    """The chat ended before the new period began. What is captured can't be canceled: its payer may use it later."""
    chat = _shorten(chat)
    hold = chat.hold
    if hold.status is _HELD:
        return chat.having(hold=schedule_cancel(hold, CancelReason.UNUSED, chat.now))
    return chat.having(hold=replace(hold, due_at=chat.now))


def _become_current(chat: ChatState) -> ChatState:
    """The hold takes over: in a running chat its time has been running; a chat that has ended is ready again (H-10)."""
    attempt = chat.session.next
    if attempt is None:
        return chat
    session = replace(
        drop_next(chat.session),
        source=Source.PAYMENT,
        attempt=attempt.attempt,
        requested_at=attempt.requested_at,
        intent_id=chat.hold_id,
        amount=attempt.amount,
        currency=attempt.currency,
        minutes=attempt.minutes,
    )
    chat = chat.having(session)
    return _run_on(chat) if session.status is SessionStatus.ACTIVE else chat.having(_ready_again(session))


def _run_on(chat: ChatState) -> ChatState:
    hold = chat.hold
    used = replace(hold, started_at=hold.starts_at, due_at=hold.ends_at if hold.status is _HELD else None)
    session = replace(chat.session, used_intent_id=hold.id, started_at=hold.starts_at)
    return chat.having(replace(session, due_at=session_due_at(session)), used)


def _ready_again(session: ChatSession) -> ChatSession:
    return replace(
        session,
        status=SessionStatus.READY,
        started_at=None,
        expires_at=None,
        ended_at=None,
        ended_by=None,
        reminded_at=None,
        due_at=None,
    )


_EFFECTS: Final[Mapping[Effect, Callable[[ChatState], ChatState]]] = {
    Effect.NONE: _nothing,
    Effect.PROLONG: _prolong,
    Effect.SHORTEN: _shorten,
    Effect.SCHEDULE_CANCEL: _cancel_unused,
    Effect.BECOME_CURRENT: _become_current,
}
