"""Disputes and inquiries: what banks do with a charge, and what that does to its money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import stripe

from stripe_emulator import ControlError
from tests.contract.builders import a_hold, charge_of, events_of
from tests.contract.paid_builders import a_captured_hold, a_paid_session, refund, refusal

if TYPE_CHECKING:
    from stripe_emulator import StripeControl


def test_a_disputed_card_disputes_at_the_capture_and_not_at_the_hold(emulated_api: stripe.StripeClient) -> None:
    intent = a_hold(emulated_api, "pm_card_createDispute")
    before = emulated_api.v1.disputes.list({"payment_intent": intent.id}).data

    emulated_api.v1.payment_intents.capture(intent.id)

    disputes = emulated_api.v1.disputes.list({"payment_intent": intent.id}).data
    assert before == []
    assert [(each.status, each.reason, each.amount) for each in disputes] == [("needs_response", "fraudulent", 5000)]
    assert charge_of(emulated_api, intent).disputed
    assert events_of(emulated_api, intent.id)[-4:] == [
        "charge.captured",
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "payment_intent.succeeded",
    ]


def test_a_disputed_charge_is_not_refunded(emulated_api: stripe.StripeClient) -> None:
    assert refusal(emulated_api, a_captured_hold(emulated_api, "pm_card_createDispute")).code == "charge_disputed"


def test_an_inquiry_takes_no_money_and_leaves_the_charge_refundable(emulated_api: stripe.StripeClient) -> None:
    intent = a_captured_hold(emulated_api, "pm_card_createDisputeInquiry")

    inquiry = emulated_api.v1.disputes.list({"payment_intent": intent.id}).data[0]

    assert inquiry.status == "warning_needs_response"
    assert "charge.dispute.funds_withdrawn" not in events_of(emulated_api, intent.id)
    assert refund(emulated_api, intent).status == "succeeded"


@pytest.mark.parametrize(
    ("status", "events"),
    [
        ("won", ["charge.dispute.funds_reinstated", "charge.dispute.closed"]),
        ("lost", ["charge.dispute.funds_withdrawn", "charge.dispute.closed"]),
    ],
)
def test_a_dispute_is_opened_and_closed_by_the_bank(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl, status: Any, events: list[str]
) -> None:
    intent = a_captured_hold(emulated_api)
    opened = stripe_control.dispute(charge_of(emulated_api, intent).id, reason="product_not_received")

    stripe_control.close_dispute(opened["id"], status)

    assert emulated_api.v1.disputes.retrieve(opened["id"]).status == status
    assert events_of(emulated_api, intent.id)[-2:] == events


@pytest.mark.parametrize(("status", "net"), [("won", 0), ("lost", -6500)])
def test_a_dispute_of_a_checkout_payment_takes_the_money_and_only_a_won_one_brings_it_back(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl, status: Any, net: int
) -> None:
    """TC-011, TC-012, TC-013"""
    intent = a_paid_session(emulated_api, stripe_control)
    opened = stripe_control.dispute(charge_of(emulated_api, intent).id)
    taken = emulated_api.v1.disputes.retrieve(opened["id"])

    stripe_control.move_dispute(opened["id"], "under_review")
    stripe_control.close_dispute(opened["id"], status)

    closed = emulated_api.v1.disputes.retrieve(opened["id"])
    assert (taken.status, [each.net for each in taken.balance_transactions]) == ("needs_response", [-6500])
    assert (closed.status, sum(each.net for each in closed.balance_transactions)) == (status, net)
    assert "charge.dispute.updated" in events_of(emulated_api, intent.id)
    assert charge_of(emulated_api, intent).disputed


def test_an_inquiry_can_become_a_chargeback(emulated_api: stripe.StripeClient, stripe_control: StripeControl) -> None:
    intent = a_paid_session(emulated_api, stripe_control)
    inquiry = stripe_control.dispute(charge_of(emulated_api, intent).id, "warning_needs_response")

    stripe_control.move_dispute(inquiry["id"], "needs_response")

    dispute = emulated_api.v1.disputes.retrieve(inquiry["id"])
    assert inquiry["balance_transactions"] == []
    assert (dispute.status, dispute.is_charge_refundable) == ("needs_response", False)
    assert [each.amount for each in dispute.balance_transactions] == [-5000]
    assert events_of(emulated_api, intent.id)[-3:] == [
        "charge.dispute.created",
        "charge.dispute.updated",
        "charge.dispute.funds_withdrawn",
    ]
    assert refusal(emulated_api, intent).code == "charge_disputed"


def test_one_charge_can_have_several_disputes_over_parts_of_it(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl
) -> None:
    intent = a_paid_session(emulated_api, stripe_control)
    charge = charge_of(emulated_api, intent).id

    first, second = (stripe_control.dispute(charge, amount=amount) for amount in (2000, 3000))
    stripe_control.close_dispute(first["id"], "won")

    disputes = emulated_api.v1.disputes.list({"charge": charge}).data
    assert [(each.amount, each.status) for each in disputes] == [(3000, "needs_response"), (2000, "won")]
    assert second["status"] == "needs_response"


def test_a_card_can_bring_several_disputes_with_its_payment(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl
) -> None:
    intent = a_paid_session(emulated_api, stripe_control, "4000000404000079")

    assert len(emulated_api.v1.disputes.list({"payment_intent": intent.id}).data) == 2


@pytest.mark.parametrize(
    ("opened", "step", "status"),
    [
        ("needs_response", "close", "warning_closed"),
        ("needs_response", "move", "warning_under_review"),
        ("warning_needs_response", "close", "won"),
        ("warning_needs_response", "close", "lost"),
    ],
)
def test_a_dispute_moves_only_as_banks_move_it(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl, opened: str, step: str, status: Any
) -> None:
    intent = a_paid_session(emulated_api, stripe_control)
    dispute = stripe_control.dispute(charge_of(emulated_api, intent).id, opened)
    steps = {"close": stripe_control.close_dispute, "move": stripe_control.move_dispute}

    with pytest.raises(ControlError):
        steps[step](dispute["id"], status)

    assert emulated_api.v1.disputes.retrieve(dispute["id"]).status == opened


@pytest.mark.parametrize("status", ["won", "lost"])
def test_a_closed_dispute_stays_closed(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl, status: Any
) -> None:
    intent = a_paid_session(emulated_api, stripe_control)
    dispute = stripe_control.dispute(charge_of(emulated_api, intent).id)
    stripe_control.close_dispute(dispute["id"], status)

    with pytest.raises(ControlError):
        stripe_control.close_dispute(dispute["id"], "won")
    with pytest.raises(ControlError):
        stripe_control.move_dispute(dispute["id"], "under_review")


def test_no_more_is_disputed_than_was_taken(emulated_api: stripe.StripeClient, stripe_control: StripeControl) -> None:
    charge = charge_of(emulated_api, a_paid_session(emulated_api, stripe_control)).id

    with pytest.raises(ControlError):
        stripe_control.dispute(charge, amount=5001)
