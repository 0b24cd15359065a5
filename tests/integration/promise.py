"""The promise, checked: no one charged for a chat that did not start, no one charged twice, nothing lost, no hold left.

Called when all time has passed that anything waits for: what is still open then is open for ever.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby, pairwise
from typing import Final

import stripe

from payments.domain.chat.notifications import NotificationKind
from payments.domain.chat.records import CALLER_REASONS, ChatSession, Hold, Source
from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.integration.deployment import Deployment

STATUS: Final = {HoldStatus.CAPTURED: "succeeded", HoldStatus.CANCELED: "canceled"}
AT_REST: Final = {SessionStatus.ENDED, SessionStatus.CANCELED}
#: What a hold at rest has been told as, to its payer.
TOLD: Final = {
    HoldStatus.CAPTURED: NotificationKind.PAYMENT_CAPTURED,
    HoldStatus.CANCELED: NotificationKind.HOLD_RELEASED,
}


def check_promise(deployment: Deployment, skew: timedelta = timedelta()) -> None:
    """Every PaymentIntent, hold, session and ticket of the deployment, compared. Call it when all is at rest.

    `skew` is by how much the clocks of two instances may have differed.
    """
    holds, sessions = deployment.holds(), deployment.sessions()
    intents, alerts = deployment.intents(), deployment.alerts_by_intent()
    assert holds.keys() <= intents.keys()
    for intent in intents.values():
        hold = holds.get(intent.id)
        if hold is None:
            _check_unknown(intent)
        else:
            _check_hold(hold, intent, alerts.get(intent.id, set()))
            _check_use(deployment, hold, alerts.get(intent.id, set()))
    for session in sessions.values():
        _check_session(session, holds)
    _check_one_capture_each(deployment)
    _check_periods(holds, skew)
    _check_tickets(deployment, holds)
    _check_told(deployment, holds)


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


def _check_use(deployment: Deployment, hold: Hold, alerts: set[str]) -> None:
    """A used hold that was released was let go by the consultant, or a person has been told."""
    if hold.status is HoldStatus.CANCELED and hold.started_at is not None:
        asked = {r["params"].get("cancellation_reason") for r in deployment.asked(f"{hold.id}/cancel")}
        is_let_go = bool(CALLER_REASONS & (asked | {hold.cancel_reason}))
        assert is_let_go or "used_but_unpaid" in alerts, hold


def _check_session(session: ChatSession, holds: dict[str, Hold]) -> None:
    current = holds.get(session.intent_id or "")
    is_open_by_hand = (
        session.status is SessionStatus.READY and current is not None and current.status is HoldStatus.CAPTURED
    )
    is_open_by_ticket = session.status is SessionStatus.READY and session.source is Source.TICKET
    assert session.status in AT_REST or is_open_by_hand or is_open_by_ticket, session
    assert session.due_at is None, session
    assert session.next is None, session
    if session.status is SessionStatus.ENDED:
        assert session.started_at is not None, session


def _check_one_capture_each(deployment: Deployment) -> None:
    """At most one capture with an effect for each PaymentIntent, and at most one captured for each attempt."""
    captured = [r["path"] for r in deployment.asked("/capture", effect=True)]
    assert len(captured) == len(set(captured))
    charged = [(h.session_id, h.attempt) for h in deployment.holds().values() if h.status is HoldStatus.CAPTURED]
    assert len(charged) == len(set(charged))


def _check_periods(holds: dict[str, Hold], skew: timedelta) -> None:
    """Nobody pays twice for one period: those that are charged for in one chat follow one another."""
    charged = [h for h in holds.values() if h.status is HoldStatus.CAPTURED and h.started_at]
    charged.sort(key=lambda hold: (hold.session_id, hold.started_at))
    for _, of_one in groupby(charged, key=lambda hold: hold.session_id):
        for one, next_one in pairwise(of_one):
            assert one.ends_at is not None, one
            assert next_one.started_at is not None, next_one
            assert one.ends_at <= next_one.started_at + skew, (one, next_one)


def _check_tickets(deployment: Deployment, holds: dict[str, Hold]) -> None:
    """Every use of a ticket has opened one chat, and nobody's card was held for that one."""
    opened = {s.id: (s.to_dict() or {})["code"] for s in deployment.db.collection("redemptions").stream()}
    for code, uses in deployment.issued.items():
        left = deployment.db.document(f"tickets/{code}").get().get("remaining")
        assert left == uses - list(opened.values()).count(code) >= 0, (code, left, opened)
    assert opened.keys().isdisjoint(f"{hold.session_id}:{hold.attempt}" for hold in holds.values())


def _check_told(deployment: Deployment, holds: dict[str, Hold]) -> None:
    """Whoever's card was charged or held has been told of how that ended (H-06)."""
    told = {(notice.kind, notice.session_id, notice.attempt, notice.user_id) for notice in deployment.notices()}
    for hold in holds.values():
        if hold.status is HoldStatus.CAPTURED or hold.authorized_at is not None:
            assert (TOLD[hold.status], hold.session_id, hold.attempt, hold.user_id) in told, hold
