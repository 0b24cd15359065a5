"""Records of one payer, one consultant and one session, with defaults; a test names only what matters to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from payments.domain.chat.change import ChatState
from payments.domain.chat.records import CancelReason, ChatSession, Hold, Operation, Terms
from payments.domain.chat.requests import HoldRequest
from payments.domain.chat.states import HoldStatus, SessionStatus
from payments.stripe_model.snapshots import IntentStatus, PaymentIntentSnapshot
from tests.unit.constants import CONSULTANT, HOUR, MINUTE, NOW, PAYER, TERMS, WINDOW


def a_hold(**changes: Any) -> Hold:
    """A hold that nobody has paid yet, made at `NOW`."""
    given: dict[str, Any] = {
        "id": "pi_1",
        "user_id": PAYER,
        "session_id": "s1",
        "consultant_id": CONSULTANT,
        "attempt": 1,
        "amount": 5000,
        "currency": "jpy",
        "status": HoldStatus.CREATED,
        "created_at": NOW,
        "due_at": NOW + 15 * MINUTE,
    }
    return Hold(**{**given, **changes})


def a_held_hold(**changes: Any) -> Hold:
    """A hold whose money is authorized since `NOW`, not used."""
    given: dict[str, Any] = {
        "status": HoldStatus.REQUIRES_CAPTURE,
        "authorized_at": NOW,
        "confirmed_at": NOW,
        "capture_before": NOW + WINDOW,
        "due_at": NOW + 72 * HOUR,
    }
    return a_hold(**{**given, **changes})


def a_used_hold(**changes: Any) -> Hold:
    """An authorized hold whose chat started at `NOW` and lasts half an hour."""
    ends_at = NOW + 30 * MINUTE
    return a_held_hold(**{"started_at": NOW, "ends_at": ends_at, "due_at": ends_at, **changes})


def a_captured_hold(**changes: Any) -> Hold:
    """A used hold whose money has been taken, half an hour after `NOW`."""
    given: dict[str, Any] = {
        "status": HoldStatus.CAPTURED,
        "captured_at": NOW + 30 * MINUTE,
        "amount_captured": 5000,
        "due_at": None,
    }
    return a_used_hold(**{**given, **changes})


def a_canceled_hold(**changes: Any) -> Hold:
    """A hold that was authorized and has been let go."""
    return a_held_hold(**{"status": HoldStatus.CANCELED, "canceled_at": NOW, "due_at": None, **changes})


def being(hold: Hold, operation: Operation, at: datetime = NOW, **changes: Any) -> Hold:
    """The hold, with `operation` claimed on it at `at`; a cancel for its payer's reason."""
    reason = CancelReason.REQUESTED_BY_CUSTOMER if operation is Operation.CANCEL else hold.cancel_reason
    fields = {"operation": operation, "operation_at": at, "cancel_reason": reason, "due_at": at + 2 * MINUTE}
    return replace(hold, **{**fields, **changes})


def a_session(status: SessionStatus = SessionStatus.AWAITING_PAYMENT, **changes: Any) -> ChatSession:
    """A session whose current hold is `pi_1`, with the times that its status implies."""
    given: dict[str, Any] = {
        "id": "s1",
        "user_id": PAYER,
        "consultant_id": CONSULTANT,
        "status": status,
        "attempt": 1,
        "amount": 5000,
        "currency": "jpy",
        "minutes": 30,
        "created_at": NOW,
        "requested_at": NOW,
        "intent_id": "pi_1",
        "last_attempt": changes.get("attempt", 1),
        **_times_of(status),
    }
    return ChatSession(**{**given, **changes})


def _times_of(status: SessionStatus) -> dict[str, Any]:
    running = {"used_intent_id": "pi_1", "started_at": NOW, "expires_at": NOW + 30 * MINUTE}
    if status is SessionStatus.ACTIVE:
        return {**running, "due_at": NOW + 25 * MINUTE}
    if status is SessionStatus.ENDED:
        return {**running, "ended_at": NOW + 30 * MINUTE, "ended_by": PAYER}
    return {}


def chat_at(
    now: datetime, session: ChatSession, *holds: Hold | None, about: str = "", terms: Terms = TERMS
) -> ChatState:
    """A chat as read at `now`. The hold in question is the first, or the one that `about` names."""
    by_id = {hold.id: hold for hold in holds if hold is not None}
    hold_id = about or next(iter(by_id), "")
    return ChatState(session=session, holds=by_id, now=now, terms=terms, hold_id=hold_id)


def seen(money: IntentStatus = IntentStatus.AUTHORIZED, at: datetime = NOW, **changes: Any) -> PaymentIntentSnapshot:
    """What Stripe says of `pi_1` at one moment."""
    given: dict[str, Any] = {
        "id": "pi_1",
        "at": at,
        "status": money,
        "amount": 5000,
        "currency": "jpy",
        "manual": True,
        "amount_received": 5000 if money is IntentStatus.CAPTURED else 0,
        "created_at": NOW,
        "user_id": PAYER,
        "session_id": "s1",
        "consultant_id": CONSULTANT,
        "attempt": 1,
    }
    return PaymentIntentSnapshot(**{**given, **changes})


def a_request(**changes: Any) -> HoldRequest:
    """The payer asks for a hold of the price that they were shown."""
    return HoldRequest(**{"user_id": PAYER, "session_id": "s1", "consultant_id": CONSULTANT, "amount": 5000, **changes})
