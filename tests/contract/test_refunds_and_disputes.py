"""Money that goes back: refunds that succeed, wait or fail, and disputes; what each does to the charge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import stripe

from tests.contract.builders import a_hold, charge_of, events_of

if TYPE_CHECKING:
    from emulators.stripe_emulator import StripeControl


def a_captured_hold(api: stripe.StripeClient, card: str = "pm_card_visa") -> stripe.PaymentIntent:
    """A hold of ¥5,000 that was taken."""
    return api.v1.payment_intents.capture(a_hold(api, card).id)


def refund(api: stripe.StripeClient, intent: stripe.PaymentIntent, **params: Any) -> stripe.Refund:
    """A refund of a PaymentIntent, of all that is left unless an amount is given."""
    return api.v1.refunds.create({"payment_intent": intent.id, **params})  # type: ignore[arg-type]


def refusal(api: stripe.StripeClient, intent: stripe.PaymentIntent, **params: Any) -> stripe.InvalidRequestError:
    """The error that a refund ends with."""
    with pytest.raises(stripe.InvalidRequestError) as refused:
        refund(api, intent, **params)
    return refused.value


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
