"""Disputes and inquiries: what banks do with a charge, and what that does to its money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import stripe

from stripe_emulator import ControlError
from support.checkout import a_paid_session
from support.payments import Api, a_captured_hold, a_hold, charge_of, events_of, refund

if TYPE_CHECKING:
    from stripe_emulator import StripeControl


def test_a_disputed_card_disputes_at_the_capture_and_is_not_refunded(stripe_client: Api) -> None:
    intent = a_hold(stripe_client, "pm_card_createDispute")
    before = stripe_client.v1.disputes.list({"payment_intent": intent.id}).data

    stripe_client.v1.payment_intents.capture(intent.id)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        refund(stripe_client, intent)

    disputes = stripe_client.v1.disputes.list({"payment_intent": intent.id}).data
    assert before == []
    assert [(each.status, each.reason, each.amount) for each in disputes] == [("needs_response", "fraudulent", 5000)]
    assert charge_of(stripe_client, intent).disputed
    assert events_of(stripe_client, intent)[-4:] == [
        "charge.captured",
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "payment_intent.succeeded",
    ]
    assert (refused.value.http_status, refused.value.code) == (400, "charge_disputed")


def test_an_inquiry_takes_no_money_and_leaves_the_charge_refundable(stripe_client: Api) -> None:
    intent = a_captured_hold(stripe_client, "pm_card_createDisputeInquiry")

    inquiry = stripe_client.v1.disputes.list({"payment_intent": intent.id}).data[0]

    assert (inquiry.status, inquiry.balance_transactions) == ("warning_needs_response", [])
    assert refund(stripe_client, intent).status == "succeeded"


@pytest.mark.parametrize(
    ("status", "net", "told"), [("won", 0, ["charge.dispute.funds_reinstated"]), ("lost", -6500, [])]
)
def test_a_dispute_of_a_checkout_payment_takes_the_money_and_only_a_won_one_brings_it_back(
    stripe_client: Api, stripe_control: StripeControl, status: Any, net: int, told: list[str]
) -> None:
    """TC-011, TC-012, TC-013; a closed dispute stays closed."""
    intent = a_paid_session(stripe_client, stripe_control)
    opened = stripe_control.dispute(charge_of(stripe_client, intent).id)
    taken = stripe_client.v1.disputes.retrieve(opened["id"])

    stripe_control.move_dispute(opened["id"], "under_review")
    stripe_control.close_dispute(opened["id"], status)
    with pytest.raises(ControlError):
        stripe_control.close_dispute(opened["id"], "won")

    closed = stripe_client.v1.disputes.retrieve(opened["id"])
    assert (taken.status, [each.net for each in taken.balance_transactions]) == ("needs_response", [-6500])
    assert (closed.status, sum(each.net for each in closed.balance_transactions)) == (status, net)
    moved = ["charge.dispute.funds_withdrawn", "charge.dispute.updated"]
    assert events_of(stripe_client, intent)[5:] == [*moved, *told, "charge.dispute.closed"]


def test_an_inquiry_can_become_a_chargeback(stripe_client: Api, stripe_control: StripeControl) -> None:
    intent = a_captured_hold(stripe_client)
    inquiry = stripe_control.dispute(charge_of(stripe_client, intent).id, "warning_needs_response")

    stripe_control.move_dispute(inquiry["id"], "needs_response")

    dispute = stripe_client.v1.disputes.retrieve(inquiry["id"])
    assert (dispute.status, dispute.is_charge_refundable) == ("needs_response", False)
    assert [each.amount for each in dispute.balance_transactions] == [-5000]
    assert events_of(stripe_client, intent)[-2:] == ["charge.dispute.updated", "charge.dispute.funds_withdrawn"]


def test_one_charge_can_have_several_disputes_over_parts_of_it(
    stripe_client: Api, stripe_control: StripeControl
) -> None:
    charge = charge_of(stripe_client, a_captured_hold(stripe_client)).id

    first, _ = (stripe_control.dispute(charge, amount=amount) for amount in (2000, 3000))
    stripe_control.close_dispute(first["id"], "won")
    with pytest.raises(ControlError):
        stripe_control.dispute(charge, amount=5001)

    disputes = stripe_client.v1.disputes.list({"charge": charge}).data
    assert [(each.amount, each.status) for each in disputes] == [(3000, "needs_response"), (2000, "won")]


def test_a_card_can_bring_several_disputes_with_its_payment(stripe_client: Api, stripe_control: StripeControl) -> None:
    intent = a_paid_session(stripe_client, stripe_control, "4000000404000079")

    assert len(stripe_client.v1.disputes.list({"payment_intent": intent.id}).data) == 2


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
    stripe_client: Api, stripe_control: StripeControl, opened: str, step: str, status: Any
) -> None:
    dispute = stripe_control.dispute(charge_of(stripe_client, a_captured_hold(stripe_client)).id, opened)
    steps = {"close": stripe_control.close_dispute, "move": stripe_control.move_dispute}

    with pytest.raises(ControlError):
        steps[step](dispute["id"], status)

    assert stripe_client.v1.disputes.retrieve(dispute["id"]).status == opened


def test_only_captured_money_is_disputed(stripe_client: Api, stripe_control: StripeControl) -> None:
    with pytest.raises(ControlError):
        stripe_control.dispute(str(a_hold(stripe_client).latest_charge))
