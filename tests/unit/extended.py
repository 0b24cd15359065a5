"""Records of a chat that is being extended: `pi_1` runs from `NOW` for half an hour, `pi_2` is for the next."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from payments.domain.chat.apply_snapshot import apply_snapshot
from payments.domain.chat.change import ChatChange
from payments.domain.chat.extension import begin, decide
from payments.domain.chat.operations import end_chat
from payments.domain.chat.records import ChatSession, Hold, NextAttempt, Operation
from payments.domain.chat.requests import HoldRequest
from payments.domain.chat.states import HoldStatus, SessionStatus
from payments.stripe_model.snapshots import IntentStatus, PaymentIntentSnapshot
from tests.unit.builders import a_hold, a_request, a_session, a_used_hold, being, chat_at, seen
from tests.unit.constants import HOUR, MINUTE, NOW, PAYER, WINDOW
from tests.unit.short_names import ACTIVE

ASKED, EXPIRES, EXTENDED = NOW + 20 * MINUTE, NOW + 30 * MINUTE, NOW + HOUR
BEGINS = EXPIRES + MINUTE


def an_asked_session(status: SessionStatus = ACTIVE, **changes: Any) -> ChatSession:
    """A chat with an extension that is asked for, and not paid as far as anybody knows; `next_…` changes it."""
    extension: dict[str, Any] = {
        "attempt": 2,
        "intent_id": "pi_2",
        "amount": 5000,
        "currency": "jpy",
        "minutes": 30,
        "requested_at": ASKED,
    }
    extension |= {name: changes.pop(f"next_{name}") for name in extension if f"next_{name}" in changes}
    return a_session(status, **{"last_attempt": 2, "next": NextAttempt(**extension), **changes})


def an_extended_session(**changes: Any) -> ChatSession:
    """A running chat whose extension is paid."""
    return an_asked_session(**{"expires_at": EXTENDED, "due_at": EXTENDED - 5 * MINUTE, **changes})


def a_next_hold(**changes: Any) -> Hold:
    """The extension's hold, not paid yet."""
    given = {"id": "pi_2", "attempt": 2, "created_at": ASKED, "due_at": ASKED + 15 * MINUTE}
    return a_hold(**{**given, **changes})


def a_held_next_hold(**changes: Any) -> Hold:
    """The extension's hold, authorized, without a place in the chat's time."""
    given: dict[str, Any] = {
        "status": HoldStatus.REQUIRES_CAPTURE,
        "authorized_at": ASKED,
        "confirmed_at": ASKED,
        "capture_before": ASKED + WINDOW,
        "due_at": ASKED + 72 * HOUR,
    }
    return a_next_hold(**{**given, **changes})


def a_paid_extension(**changes: Any) -> Hold:
    """The extension's hold, paid: its time is the half hour after the first."""
    return a_held_next_hold(**{"starts_at": EXPIRES, "ends_at": EXTENDED, "due_at": BEGINS, **changes})


def a_captured_extension(**changes: Any) -> Hold:
    """The same, charged by hand before its time has begun."""
    given = {"status": HoldStatus.CAPTURED, "captured_at": ASKED, "amount_captured": 5000}
    return a_paid_extension(**{**given, **changes})


def a_canceled_next_hold(**changes: Any) -> Hold:
    """The extension's hold, let go after it was authorized."""
    return a_held_next_hold(**{"status": HoldStatus.CANCELED, "canceled_at": ASKED, "due_at": None, **changes})


def seen_next(money: IntentStatus = IntentStatus.AUTHORIZED, **changes: Any) -> PaymentIntentSnapshot:
    """What Stripe says of `pi_2`."""
    return seen(money, **{"id": "pi_2", "attempt": 2, "at": ASKED, "created_at": ASKED, **changes})


def a_request_again(**changes: Any) -> HoldRequest:
    """The payer asks for the next hold; the app need not know the consultant."""
    return a_request(**{"consultant_id": None, **changes})


def by_id(moved: ChatChange) -> dict[str, Hold]:
    """The holds that a decision has moved."""
    return {hold.id: hold for hold in moved.holds}


def leaving(hold: Hold) -> Hold:
    """The extension's hold, with its payer's cancel claimed and its time given back."""
    return being(hold, Operation.CANCEL, ASKED, starts_at=None, ends_at=None)


def end_at(now: datetime, session: ChatSession, next_hold: Hold | None, by: str = PAYER) -> ChatChange:
    """END of the chat that runs on `pi_1`, decided as the use cases do."""
    return decide(chat_at(now, session, a_used_hold(), next_hold), partial(end_chat, by=by))


def said(session: ChatSession, hold: Hold, next_hold: Hold, about: PaymentIntentSnapshot, now: datetime) -> ChatChange:
    """What Stripe says of `hold`, decided as the use cases do."""
    return decide(chat_at(now, session, hold, next_hold), partial(apply_snapshot, snapshot=about))


def begun(session: ChatSession, next_hold: Hold | None, now: datetime) -> tuple[ChatSession, Hold | None]:
    """The chat and the hold of its extension, once what is due to begin has begun."""
    chat = begin(chat_at(now, session, next_hold))
    return chat.session, chat.holds[next_hold.id] if next_hold else None
