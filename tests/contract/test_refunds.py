"""Refunds: whole or in part, that succeed, wait or fail; what each does to the charge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import stripe

from tests.contract.builders import a_hold, charge_of, events_of
from tests.contract.paid_builders import a_captured_hold, a_paid_session, refund, refusal

if TYPE_CHECKING:
    from stripe_emulator import StripeControl


def test_a_refund_of_a_card_succeeds_at_once(stripe_api: stripe.StripeClient) -> None:
    intent = a_captured_hold(stripe_api)

    made = refund(stripe_api, intent, reason="requested_by_customer")

    charge = charge_of(stripe_api, intent)
    assert (made.status, made.amount, made.charge, made.reason) == (
        "succeeded", 5000, charge.id, "requested_by_customer",
    )  # fmt: skip
    assert (charge.amount_refunded, charge.refunded) == (5000, True)


def test_partial_refunds_add_up_and_the_charge_is_refunded_only_when_all_is_back(
    stripe_api: stripe.StripeClient,
) -> None:
    intent = a_captured_hold(stripe_api)

    refund(stripe_api, intent, amount=2000)
    half = charge_of(stripe_api, intent)
    refund(stripe_api, intent, amount=3000)
    whole = charge_of(stripe_api, intent)

    assert (half.amount_refunded, half.refunded) == (2000, False)
    assert (whole.amount_refunded, whole.refunded) == (5000, True)
    assert [each.amount for each in stripe_api.v1.refunds.list({"payment_intent": intent.id}).data] == [3000, 2000]


def test_no_more_is_refunded_than_was_taken(stripe_api: stripe.StripeClient) -> None:
    intent = a_captured_hold(stripe_api)

    too_much = refusal(stripe_api, intent, amount=5001)
    refund(stripe_api, intent)
    again = refusal(stripe_api, intent)

    assert (too_much.http_status, too_much.code, too_much.param) == (400, None, "amount")
    assert (again.http_status, again.code) == (400, "charge_already_refunded")


def test_a_hold_is_canceled_and_not_refunded(stripe_api: stripe.StripeClient) -> None:
    refused = refusal(stripe_api, a_hold(stripe_api))

    assert refused.http_status == 400


def test_an_unknown_charge_has_no_refund(stripe_api: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        stripe_api.v1.refunds.create({"charge": "ch_nobody"})

    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")


def test_a_refund_tells_of_itself_and_of_its_charge(emulated_api: stripe.StripeClient) -> None:
    intent = a_captured_hold(emulated_api)

    refund(emulated_api, intent)

    assert events_of(emulated_api, intent.id)[-2:] == ["refund.created", "charge.refunded"]


def test_a_pending_refund_succeeds_later(emulated_api: stripe.StripeClient, stripe_control: StripeControl) -> None:
    intent = a_captured_hold(emulated_api, "pm_card_pendingRefund")
    made = refund(emulated_api, intent)

    stripe_control.settle_refund(made.id, "succeeded")

    assert made.status == "pending"
    assert emulated_api.v1.refunds.retrieve(made.id).status == "succeeded"
    assert events_of(emulated_api, intent.id)[-2:] == ["refund.updated", "charge.refund.updated"]


def test_a_refund_can_succeed_and_fail_later(emulated_api: stripe.StripeClient, stripe_control: StripeControl) -> None:
    intent = a_captured_hold(emulated_api, "pm_card_refundFail")
    made = refund(emulated_api, intent)
    counted = charge_of(emulated_api, intent)

    stripe_control.advance_clock(86_400 + 1)

    failed = emulated_api.v1.refunds.retrieve(made.id)
    charge = charge_of(emulated_api, intent)
    assert (made.status, counted.amount_refunded, counted.refunded) == ("succeeded", 5000, True)
    assert (failed.status, charge.amount_refunded, charge.refunded) == ("failed", 0, False)
    assert events_of(emulated_api, intent.id)[-1] == "refund.failed"


@pytest.mark.parametrize(("amount", "refunded"), [(5000, True), (2000, False)])
def test_a_payment_of_checkout_is_refunded_whole_or_in_part(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl, amount: int, *, refunded: bool
) -> None:
    """TC-009, TC-010: the PaymentIntent stays succeeded."""
    intent = a_paid_session(emulated_api, stripe_control)

    refund(emulated_api, intent, amount=amount)

    charge = charge_of(emulated_api, intent)
    assert (charge.amount_refunded, charge.refunded, charge.status) == (amount, refunded, "succeeded")
    assert emulated_api.v1.payment_intents.retrieve(intent.id).status == "succeeded"
    assert events_of(emulated_api, intent.id)[-2:] == ["refund.created", "charge.refunded"]


def test_the_banks_reference_for_a_refund_is_an_update(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl
) -> None:
    """TC-010: `charge.refund.updated` follows the refund of a card, and changes no amount."""
    intent = a_paid_session(emulated_api, stripe_control)
    made = refund(emulated_api, intent, amount=2000)

    stripe_control.name_refund_reference(made.id)

    details = emulated_api.v1.refunds.retrieve(made.id).destination_details
    assert details
    assert details.card
    assert details.card.reference_status == "available"
    assert events_of(emulated_api, intent.id)[-2:] == ["refund.updated", "charge.refund.updated"]
    assert charge_of(emulated_api, intent).amount_refunded == 2000
