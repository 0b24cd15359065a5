"""Disputes, followed on the hold (H-18): read again from Stripe, for they can move back (design 8)."""

from __future__ import annotations

from typing import Any

import pytest

from payments.core.processed_events import Outcome
from payments.domain.chat.records import Hold
from payments.domain.chat.states import HoldStatus
from tests.integration.house import House
from tests.integration.taken import captured


def refund(house: House, hold: Hold, amount: int) -> str:
    return house.sdk.v1.refunds.create({"payment_intent": hold.id, "amount": amount}).id


def charge_of(house: House, hold: Hold) -> Any:
    return house.intent(hold.id).latest_charge


DISPUTES = {
    "won": ("needs_response", "won"),
    "lost": ("needs_response", "lost"),
    "an inquiry closed": ("warning_needs_response", "warning_closed"),
}


@pytest.mark.parametrize(("opened", "closed"), DISPUTES.values(), ids=DISPUTES)
def test_a_dispute_is_followed_from_its_opening_to_its_end_and_raised_once(
    house: House, opened: str, closed: Any
) -> None:
    hold = captured(house)
    dispute = house.control.dispute(charge_of(house, hold), status=opened)
    house.deliver()
    open_status = house.hold(hold.id).dispute_status

    house.control.close_dispute(dispute["id"], closed)
    house.deliver()

    assert (open_status, house.hold(hold.id).dispute_status) == (opened, closed)
    assert house.alerts() == ["disputed"]
    assert house.hold(hold.id).status is HoldStatus.CAPTURED


def test_of_several_disputes_the_one_that_needs_somebody_speaks(house: House) -> None:
    hold = captured(house, card="4000000404000079")
    disputes = house.sdk.v1.disputes.list({"payment_intent": hold.id}).data

    house.control.close_dispute(disputes[0].id, "won")
    house.deliver()
    while_one_is_open = house.hold(hold.id).dispute_status
    house.control.close_dispute(disputes[1].id, "lost")
    house.deliver()

    assert (while_one_is_open, house.hold(hold.id).dispute_status) == ("needs_response", "lost")
    assert house.alerts() == ["disputed"]


def test_a_dispute_is_recorded_and_raised_though_its_chat_has_been_deleted(house: House) -> None:
    """An app may delete the chats of a person who leaves; the bank's deadline for the payment runs all the same."""
    hold = captured(house)
    refund(house, hold, 1000)
    house.db.document(f"sessions/{hold.session_id}").delete()

    house.control.dispute(charge_of(house, hold), amount=4000)
    outcomes = house.deliver()

    after = house.hold(hold.id)
    assert Outcome.RETRY not in outcomes
    assert (after.status, after.refunded_total, after.dispute_status) == (HoldStatus.CAPTURED, 1000, "needs_response")
    assert house.alerts() == ["disputed"]
