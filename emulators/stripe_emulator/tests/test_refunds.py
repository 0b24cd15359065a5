"""Refunds: whole or in part, that succeed, wait or fail; what each does to the charge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.checkout import a_paid_session
from support.payments import Api, a_captured_hold, charge_of, events_of, refund

if TYPE_CHECKING:
    from stripe_emulator import StripeControl


def test_partial_refunds_add_up_and_the_charge_is_refunded_only_when_all_is_back(stripe_api: Api) -> None:
    intent = a_captured_hold(stripe_api)

    made = refund(stripe_api, intent, amount=2000, reason="requested_by_customer")
    half = charge_of(stripe_api, intent)
    refund(stripe_api, intent)
    whole = charge_of(stripe_api, intent)

    assert (made.status, made.charge, made.reason) == ("succeeded", half.id, "requested_by_customer")
    assert (half.amount_refunded, half.refunded) == (2000, False)
    assert (whole.amount_refunded, whole.refunded) == (5000, True)
    assert [each.amount for each in stripe_api.v1.refunds.list({"payment_intent": intent.id}).data] == [3000, 2000]


def test_a_payment_of_checkout_is_refunded_and_stays_succeeded(
    stripe_client: Api, stripe_control: StripeControl
) -> None:
    """TC-009, TC-010"""
    intent = a_paid_session(stripe_client, stripe_control)

    refund(stripe_client, intent, amount=2000)

    assert charge_of(stripe_client, intent).amount_refunded == 2000
    assert stripe_client.v1.payment_intents.retrieve(intent.id).status == "succeeded"
    assert events_of(stripe_client, intent)[-2:] == ["refund.created", "charge.refunded"]


def test_a_pending_refund_succeeds_later(stripe_client: Api, stripe_control: StripeControl) -> None:
    intent = a_captured_hold(stripe_client, "pm_card_pendingRefund")
    made = refund(stripe_client, intent)

    stripe_control.settle_refund(made.id, "succeeded")

    assert (made.status, stripe_client.v1.refunds.retrieve(made.id).status) == ("pending", "succeeded")
    assert events_of(stripe_client, intent)[-2:] == ["refund.updated", "charge.refund.updated"]


def test_a_refund_can_succeed_and_fail_later(stripe_client: Api, stripe_control: StripeControl) -> None:
    intent = a_captured_hold(stripe_client, "pm_card_refundFail")
    made = refund(stripe_client, intent)
    counted = charge_of(stripe_client, intent)

    stripe_control.advance_clock(86_400 + 1)

    charge = charge_of(stripe_client, intent)
    assert (made.status, stripe_client.v1.refunds.retrieve(made.id).status) == ("succeeded", "failed")
    assert (counted.amount_refunded, counted.refunded) == (5000, True)
    assert (charge.amount_refunded, charge.refunded) == (0, False)
    assert events_of(stripe_client, intent)[-1] == "refund.failed"


def test_the_banks_reference_for_a_refund_is_an_update_and_changes_no_amount(
    stripe_client: Api, stripe_control: StripeControl
) -> None:
    """TC-010"""
    intent = a_captured_hold(stripe_client)
    made = refund(stripe_client, intent, amount=2000)

    stripe_control.name_refund_reference(made.id)

    details = stripe_client.v1.refunds.retrieve(made.id).destination_details
    assert details
    assert details.card
    assert details.card.reference_status == "available"
    assert events_of(stripe_client, intent)[-2:] == ["refund.updated", "charge.refund.updated"]
    assert charge_of(stripe_client, intent).amount_refunded == 2000
