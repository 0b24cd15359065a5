"""The manual-capture state machine (H-07, H-09, H-11): what each call makes of a PaymentIntent and its charge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import stripe

from tests.contract.builders import a_hold, an_intent, charge_of, events_of

if TYPE_CHECKING:
    from stripe_emulator import StripeControl


def test_a_created_intent_waits_for_a_payment_method(stripe_api: stripe.StripeClient) -> None:
    intent = an_intent(stripe_api, metadata={"sessionId": "s1"})

    assert intent.status == "requires_payment_method"
    assert (intent.amount, intent.currency, intent.capture_method) == (5000, "jpy", "manual")
    assert intent.payment_method_types == ["card"]
    assert intent.latest_charge is None
    assert intent.metadata.to_dict() == {"sessionId": "s1"}


def test_an_intent_with_a_payment_method_waits_for_confirmation(stripe_api: stripe.StripeClient) -> None:
    intent = an_intent(stripe_api, payment_method="pm_card_visa")

    assert intent.status == "requires_confirmation"


def test_confirming_holds_the_amount_without_taking_it(stripe_api: stripe.StripeClient) -> None:
    intent = an_intent(stripe_api, payment_method="pm_card_visa")

    held = stripe_api.v1.payment_intents.confirm(intent.id)

    charge = charge_of(stripe_api, held)
    assert (held.status, held.amount_capturable, held.amount_received) == ("requires_capture", 5000, 0)
    assert (charge.status, charge.captured, charge.paid) == ("succeeded", False, True)
    assert (charge.amount_captured, charge.amount_refunded, charge.refunded) == (0, 0, False)


def test_the_charge_says_until_when_the_hold_lasts(stripe_api: stripe.StripeClient) -> None:
    intent = a_hold(stripe_api)

    read = stripe_api.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})

    charge = read.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert charge.payment_method_details
    assert charge.payment_method_details.card
    assert charge.payment_method_details.card.capture_before
    assert charge.payment_method_details.card.capture_before - charge.created >= 4 * 86_400
    assert (charge.payment_method_details.card.brand, charge.payment_method_details.card.last4) == ("visa", "4242")


def test_the_metadata_of_the_intent_is_copied_to_its_charge(stripe_api: stripe.StripeClient) -> None:
    intent = a_hold(stripe_api, metadata={"sessionId": "s1"})

    assert charge_of(stripe_api, intent).metadata.to_dict() == {"sessionId": "s1"}


def test_a_capture_takes_the_whole_hold(stripe_api: stripe.StripeClient) -> None:
    intent = a_hold(stripe_api)

    captured = stripe_api.v1.payment_intents.capture(intent.id)

    charge = charge_of(stripe_api, captured)
    assert (captured.status, captured.amount_capturable, captured.amount_received) == ("succeeded", 0, 5000)
    assert (charge.captured, charge.amount_captured) == (True, 5000)


def test_a_partial_capture_lets_the_rest_go_without_a_refund(stripe_api: stripe.StripeClient) -> None:
    intent = a_hold(stripe_api)

    captured = stripe_api.v1.payment_intents.capture(intent.id, {"amount_to_capture": 1000})

    charge = charge_of(stripe_api, captured)
    assert (captured.status, captured.amount_received, captured.amount_capturable) == ("succeeded", 1000, 0)
    assert (charge.amount_captured, charge.amount_refunded, charge.refunded) == (1000, 0, False)
    assert stripe_api.v1.refunds.list({"payment_intent": intent.id}).data == []


@pytest.mark.parametrize("reason", ["abandoned", "duplicate", "fraudulent", "requested_by_customer"])
def test_a_cancel_keeps_its_reason(stripe_api: stripe.StripeClient, reason: str) -> None:
    intent = a_hold(stripe_api)

    canceled = stripe_api.v1.payment_intents.cancel(intent.id, {"cancellation_reason": reason})

    assert (canceled.status, canceled.cancellation_reason) == ("canceled", reason)
    assert (canceled.amount_capturable, canceled.amount_received) == (0, 0)
    assert canceled.canceled_at


def test_a_canceled_hold_leaves_its_charge_unrefunded(stripe_api: stripe.StripeClient) -> None:
    """Since API 2025-03-31.basil: no Refund object, `refunded` stays false."""
    intent = a_hold(stripe_api)

    stripe_api.v1.payment_intents.cancel(intent.id)

    charge = charge_of(stripe_api, intent)
    assert (charge.captured, charge.refunded, charge.amount_refunded, charge.amount_captured) == (False, False, 0, 0)
    assert stripe_api.v1.refunds.list({"payment_intent": intent.id}).data == []


@pytest.mark.parametrize("card", [None, "pm_card_visa"])
def test_an_unpaid_intent_can_be_canceled(stripe_api: stripe.StripeClient, card: str | None) -> None:
    intent = an_intent(stripe_api, **({"payment_method": card} if card else {}))

    canceled = stripe_api.v1.payment_intents.cancel(intent.id)

    assert (canceled.status, canceled.cancellation_reason) == ("canceled", None)


def test_metadata_can_be_changed_after_the_end_and_is_merged(stripe_api: stripe.StripeClient) -> None:
    intent = an_intent(stripe_api, metadata={"kept": "1", "gone": "2"})
    stripe_api.v1.payment_intents.cancel(intent.id)

    updated = stripe_api.v1.payment_intents.update(intent.id, {"metadata": {"new": "3", "gone": ""}})

    assert updated.metadata.to_dict() == {"kept": "1", "new": "3"}


def test_the_amount_can_be_changed_only_before_the_hold(stripe_api: stripe.StripeClient) -> None:
    intent = an_intent(stripe_api)
    held = a_hold(stripe_api)

    updated = stripe_api.v1.payment_intents.update(intent.id, {"amount": 6000})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        stripe_api.v1.payment_intents.update(held.id, {"amount": 6000})

    assert updated.amount == 6000
    assert (refused.value.code, refused.value.param) == ("payment_intent_unexpected_state", "amount")


def test_an_omitted_capture_method_charges_at_once(stripe_api: stripe.StripeClient) -> None:
    intent = stripe_api.v1.payment_intents.create(
        {
            "amount": 5000,
            "currency": "jpy",
            "allowed_payment_method_types": ["card"],
            "confirm": True,
            "payment_method": "pm_card_visa",
        }
    )

    assert (intent.capture_method, intent.status, intent.amount_received) == ("automatic_async", "succeeded", 5000)


def test_intents_are_listed_newest_first_with_a_cursor(stripe_api: stripe.StripeClient) -> None:
    made = [an_intent(stripe_api).id for _ in range(3)]

    first = stripe_api.v1.payment_intents.list({"limit": 2})
    second = stripe_api.v1.payment_intents.list({"limit": 1, "starting_after": first.data[-1].id})

    assert [intent.id for intent in [*first.data, *second.data]] == made[::-1]
    assert first.has_more


def test_the_events_of_a_captured_hold_come_in_order(emulated_api: stripe.StripeClient) -> None:
    intent = a_hold(emulated_api)

    emulated_api.v1.payment_intents.capture(intent.id)

    assert events_of(emulated_api, intent.id) == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.amount_capturable_updated",
        "charge.captured",
        "payment_intent.succeeded",
    ]


def test_a_canceled_hold_sends_no_refund_event(emulated_api: stripe.StripeClient) -> None:
    intent = a_hold(emulated_api)

    emulated_api.v1.payment_intents.cancel(intent.id)

    assert events_of(emulated_api, intent.id)[-1] == "payment_intent.canceled"
    assert "charge.refunded" not in events_of(emulated_api, intent.id)


def test_an_older_endpoint_gets_the_release_as_a_refund_of_an_uncaptured_charge(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl
) -> None:
    stripe_control.settings(legacy_release_events=True)
    intent = a_hold(emulated_api)

    emulated_api.v1.payment_intents.cancel(intent.id)

    charge = charge_of(emulated_api, intent)
    assert events_of(emulated_api, intent.id)[-2:] == ["charge.refunded", "payment_intent.canceled"]
    assert (charge.captured, charge.refunded) == (False, True)


@pytest.mark.parametrize(
    ("card", "currency", "days"),
    [("pm_card_visa", "jpy", 30), ("pm_card_jcb", "jpy", 30), ("pm_card_amex", "jpy", 7), ("pm_card_visa", "usd", 7)],
)
def test_the_window_of_a_hold_depends_on_brand_and_currency(
    emulated_api: stripe.StripeClient, card: str, currency: str, days: int
) -> None:
    charge = charge_of(emulated_api, a_hold(emulated_api, card, currency=currency))

    details = charge.payment_method_details
    assert details
    assert details.card
    assert details.card.capture_before == charge.created + days * 86_400


def test_a_hold_that_runs_out_is_canceled_by_stripe(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl
) -> None:
    intent = a_hold(emulated_api)

    stripe_control.advance_clock(30 * 86_400 + 1)

    expired = emulated_api.v1.payment_intents.retrieve(intent.id)
    assert (expired.status, expired.cancellation_reason) == ("canceled", "expired")
    assert events_of(emulated_api, intent.id)[-2:] == ["charge.expired", "payment_intent.canceled"]
    assert expired.canceled_at
    assert abs(expired.canceled_at - intent.created - 30 * 86_400) <= 2


def test_a_captured_hold_does_not_expire(emulated_api: stripe.StripeClient, stripe_control: StripeControl) -> None:
    intent = a_hold(emulated_api)
    emulated_api.v1.payment_intents.capture(intent.id)

    stripe_control.advance_clock(60 * 86_400)

    assert emulated_api.v1.payment_intents.retrieve(intent.id).status == "succeeded"


def test_a_hold_can_be_made_to_expire_at_once(emulated_api: stripe.StripeClient, stripe_control: StripeControl) -> None:
    intent = a_hold(emulated_api)

    stripe_control.expire_authorization(intent.id)

    assert emulated_api.v1.payment_intents.retrieve(intent.id).cancellation_reason == "expired"
