"""The promise, checked: no one charged for a chat that did not start, no one charged twice, nothing lost, no hold left.

Called when all time has passed that anything waits for: what is still open then is open for ever.
"""

from __future__ import annotations

from typing import Final

import stripe

from payments.domain.records import CALLER_REASONS, Hold, Session
from payments.domain.states import HoldStatus, SessionStatus
from tests.integration.house import House

STATUS: Final = {HoldStatus.CAPTURED: "succeeded", HoldStatus.CANCELED: "canceled"}
AT_REST: Final = {SessionStatus.ENDED, SessionStatus.CANCELED}


def check_promise(house: House) -> None:
    """Every PaymentIntent, hold and session of the house, compared. Call it when everything has come to rest."""
    holds, sessions = house.holds(), house.sessions()
    intents, alerts = house.intents(), house.alerts_by_intent()
    assert holds.keys() <= intents.keys()
    for intent in intents.values():
        hold = holds.get(intent.id)
        if hold is None:
            _check_unknown(intent)
        else:
            _check_hold(hold, intent, alerts.get(intent.id, set()))
            _check_use(house, hold, alerts.get(intent.id, set()))
    for session in sessions.values():
        _check_session(session, holds)
    _check_one_capture_each(house)


def _check_unknown(intent: stripe.PaymentIntent) -> None:
    """A PaymentIntent without a document: its client secret was never handed out, so nobody can have paid it."""
    assert intent.status in ("requires_payment_method", "canceled"), intent
    assert intent.latest_charge is None, intent


def _check_hold(hold: Hold, intent: stripe.PaymentIntent, alerts: set[str]) -> None:
    assert hold.status in STATUS, hold
    assert intent.status == STATUS[hold.status], hold
    assert (hold.due_at, hold.operation) == (None, None), hold
    assert hold.amount_captured == intent.amount_received, hold
    if hold.amount_captured != (hold.amount if hold.status is HoldStatus.CAPTURED else 0):
        assert "amount_differs" in alerts, hold
    if hold.status is HoldStatus.CAPTURED and hold.started_at is None:
        assert "captured_unused" in alerts, hold


def _check_use(house: House, hold: Hold, alerts: set[str]) -> None:
    """A used hold that was released was let go by the consultant, or a person has been told."""
    if hold.status is HoldStatus.CANCELED and hold.started_at is not None:
        asked = {r["params"].get("cancellation_reason") for r in house.asked(f"{hold.id}/cancel")}
        is_let_go = bool(CALLER_REASONS & (asked | {hold.cancel_reason}))
        assert is_let_go or "used_but_unpaid" in alerts, hold


def _check_session(session: Session, holds: dict[str, Hold]) -> None:
    current = holds.get(session.intent_id or "")
    is_open_by_hand = (
        session.status is SessionStatus.READY and current is not None and current.status is HoldStatus.CAPTURED
    )
    assert session.status in AT_REST or is_open_by_hand, session
    assert session.due_at is None, session
    if session.status is SessionStatus.ENDED:
        assert session.started_at is not None, session


def _check_one_capture_each(house: House) -> None:
    """At most one capture with an effect for each PaymentIntent, and at most one captured for each attempt."""
    captured = [r["path"] for r in house.asked("/capture", effect=True)]
    assert len(captured) == len(set(captured))
    charged = [(h.session_id, h.attempt) for h in house.holds().values() if h.status is HoldStatus.CAPTURED]
    assert len(charged) == len(set(charged))
