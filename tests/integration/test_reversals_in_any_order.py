"""Disputes, followed on the hold (H-18): read again from Stripe, for they can move back (design 8)."""

from __future__ import annotations

from typing import Any

import pytest

from payments.core.processed_events import Outcome
from payments.domain.chat.records import Hold
from payments.domain.chat.states import HoldStatus
from tests.integration.deployment import Deployment
from tests.integration.payments_made import captured


def refund(deployment: Deployment, hold: Hold, amount: int) -> str:
    return deployment.sdk.v1.refunds.create({"payment_intent": hold.id, "amount": amount}).id


def charge_of(deployment: Deployment, hold: Hold) -> Any:
    return deployment.intent(hold.id).latest_charge


DISPUTES = {
    "won": ("needs_response", "won"),
    "lost": ("needs_response", "lost"),
    "an inquiry closed": ("warning_needs_response", "warning_closed"),
}


@pytest.mark.parametrize(("opened", "closed"), DISPUTES.values(), ids=DISPUTES)
def test_a_dispute_is_followed_from_its_opening_to_its_end_and_raised_once(
    deployment: Deployment, opened: str, closed: Any
) -> None:
    hold = captured(deployment)
    dispute = deployment.control.dispute(charge_of(deployment, hold), status=opened)
    deployment.deliver()
    open_status = deployment.hold(hold.id).dispute_status

    deployment.control.close_dispute(dispute["id"], closed)
    deployment.deliver()

    assert (open_status, deployment.hold(hold.id).dispute_status) == (opened, closed)
    assert deployment.alerts() == ["disputed"]
    assert deployment.hold(hold.id).status is HoldStatus.CAPTURED


def test_a_dispute_is_recorded_and_raised_though_its_chat_has_been_deleted(deployment: Deployment) -> None:
    """An app may delete the chats of a person who leaves; the bank's deadline for the payment runs all the same."""
    hold = captured(deployment)
    refund(deployment, hold, 1000)
    deployment.db.document(f"sessions/{hold.session_id}").delete()

    deployment.control.dispute(charge_of(deployment, hold), amount=4000)
    outcomes = deployment.deliver()

    after = deployment.hold(hold.id)
    assert Outcome.RETRY not in outcomes
    assert (after.status, after.refunded_total, after.dispute_status) == (HoldStatus.CAPTURED, 1000, "needs_response")
    assert deployment.alerts() == ["disputed"]
