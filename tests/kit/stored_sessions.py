"""A chat in each state that the kit meets, by the name of what has become of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from payments.domain.chat.records import ChatSession, NextAttempt, Source
from payments.domain.chat.states import SessionStatus

AT = datetime(2026, 1, 1, tzinfo=UTC)
SOLD = timedelta(minutes=60)

AWAITING = ChatSession(
    id="s1",
    user_id="u1",
    consultant_id="c1",
    status=SessionStatus.AWAITING_PAYMENT,
    attempt=1,
    amount=5000,
    currency="jpy",
    minutes=60,
    created_at=AT,
    requested_at=AT,
    intent_id="pi_1",
)
READY = replace(AWAITING, status=SessionStatus.READY)
RUNNING = replace(READY, status=SessionStatus.ACTIVE, started_at=AT, expires_at=AT + SOLD)
#: The chat runs on `pi_0`, and `pi_1` is to pay for the time after it.
EXTENSION_REQUESTED = replace(
    RUNNING,
    intent_id="pi_0",
    last_attempt=2,
    next=NextAttempt(attempt=2, amount=5000, currency="jpy", minutes=60, requested_at=AT, intent_id="pi_1"),
)
EXTENDED = replace(EXTENSION_REQUESTED, expires_at=AT + 2 * SOLD)

SESSIONS = {
    "preparing": replace(AWAITING, intent_id=None),
    "awaiting_payment": AWAITING,
    "ready": READY,
    "ready_by_ticket": replace(READY, source=Source.TICKET, intent_id=None),
    "running": RUNNING,
    "extension_requested": EXTENSION_REQUESTED,
    "extended": EXTENDED,
    "extension_begun": replace(EXTENDED, attempt=2, intent_id="pi_1", next=None),
    "ended": replace(RUNNING, status=SessionStatus.ENDED, ended_at=AT + SOLD, ended_by="u1"),
}
