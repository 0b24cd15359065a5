"""Records of a chat that is being extended: `pi_1` runs from `NOW` for half an hour, `pi_2` is for the next."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from payments.domain.chat.apply_snapshot import observe
from payments.domain.chat.change import Moved
from payments.domain.chat.extension import decide_on_chat, decide_on_hold
from payments.domain.chat.operations import end_chat
from payments.domain.chat.records import Hold, Operation, Session
from payments.domain.chat.requests import Ask
from payments.domain.chat.states import HoldStatus, SessionStatus
from payments.stripe_model.snapshots import Money, Observed
from tests.unit.builders import a_hold, a_session, a_used_hold, an_ask, being, seen
from tests.unit.scene import HOUR, MINUTE, NOW, PAYER, TERMS, WINDOW
from tests.unit.words import ACTIVE

ASKED, EXPIRES, EXTENDED = NOW + 20 * MINUTE, NOW + 30 * MINUTE, NOW + HOUR
BEGINS = EXPIRES + MINUTE


def an_asked_session(status: SessionStatus = ACTIVE, **changes: Any) -> Session:
    """A chat with an extension that is asked for, and not paid as far as anybody knows."""
    given: dict[str, Any] = {
        "last_attempt": 2,
        "next_attempt": 2,
        "next_intent_id": "pi_2",
        "next_amount": 5000,
        "next_currency": "jpy",
        "next_minutes": 30,
        "next_requested_at": ASKED,
    }
    return a_session(status, **{**given, **changes})


def an_extended_session(**changes: Any) -> Session:
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


def seen_next(money: Money = Money.HELD, **changes: Any) -> Observed:
    """What Stripe says of `pi_2`."""
    return seen(money, **{"id": "pi_2", "attempt": 2, "at": ASKED, "created_at": ASKED, **changes})


def an_ask_again(**changes: Any) -> Ask:
    """The payer asks for the next hold; the app need not know the consultant."""
    return an_ask(**{"consultant_id": None, **changes})


def by_id(moved: Moved) -> dict[str, Hold]:
    """The holds that a decision has moved."""
    return {hold.id: hold for hold in moved.holds}


def leaving(hold: Hold) -> Hold:
    """The extension's hold, with its payer's cancel claimed and its time given back."""
    return being(hold, Operation.CANCEL, ASKED, starts_at=None, ends_at=None)


def end_at(now: datetime, session: Session, next_hold: Hold | None, by: str = PAYER) -> Moved:
    """END of the chat that runs on `pi_1`, decided as the use cases do."""
    return decide_on_chat(
        session, a_used_hold(), next_hold, now, lambda session, hold: end_chat(session, hold, by, now)
    )


def said(session: Session, hold: Hold, next_hold: Hold, about: Observed, now: datetime) -> Moved:
    """What Stripe says of `hold`, decided as the use cases do."""
    return decide_on_hold(
        session, hold, next_hold, now, lambda session, hold: observe(hold, session, about, now, TERMS)
    )
