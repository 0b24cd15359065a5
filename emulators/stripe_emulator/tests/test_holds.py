"""The manual-capture state machine (H-07, H-09, H-11): what each call makes of a PaymentIntent and its charge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import stripe

from support.payments import Api, a_hold, an_intent, charge_of, events_of

if TYPE_CHECKING:
    from stripe_emulator import StripeControl

DAY = 86_400


def test_a_created_intent_waits_for_a_payment_method(stripe_api: Api) -> None:
    intent = an_intent(stripe_api, metadata={"sessionId": "s1"})

    assert (intent.status, intent.latest_charge) == ("requires_payment_method", None)
    assert (intent.amount, intent.currency, intent.capture_method) == (5000, "jpy", "manual")
    assert intent.payment_method_types == ["card"]
    assert intent.metadata.to_dict() == {"sessionId": "s1"}


def test_confirming_holds_the_amount_without_taking_it(stripe_api: Api) -> None:
    intent = an_intent(stripe_api, payment_method="pm_card_visa", metadata={"sessionId": "s1"})

    held = stripe_api.v1.payment_intents.confirm(intent.id)

    charge = charge_of(stripe_api, held)
    assert intent.status == "requires_confirmation"
    assert (held.status, held.amount_capturable, held.amount_received) == ("requires_capture", 5000, 0)
    assert (charge.status, charge.captured, charge.paid) == ("succeeded", False, True)
    assert (charge.amount_captured, charge.amount_refunded, charge.refunded) == (0, 0, False)
    assert charge.metadata.to_dict() == {"sessionId": "s1"}


def test_the_charge_says_until_when_the_hold_lasts(stripe_api: Api) -> None:
    intent = a_hold(stripe_api)

    charge = stripe_api.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]}).latest_charge

    assert isinstance(charge, stripe.Charge)
    assert charge.payment_method_details
    card = charge.payment_method_details.card
    assert card
    assert card.capture_before
    assert card.capture_before - charge.created >= 4 * DAY
    assert (card.brand, card.last4) == ("visa", "4242")


@pytest.mark.parametrize("amount", [5000, 1000])
def test_a_capture_takes_what_it_asks_for_and_lets_the_rest_go_without_a_refund(stripe_api: Api, amount: int) -> None:
    intent = a_hold(stripe_api)

    captured = stripe_api.v1.payment_intents.capture(intent.id, {"amount_to_capture": amount})

    charge = charge_of(stripe_api, captured)
    assert (captured.status, captured.amount_received, captured.amount_capturable) == ("succeeded", amount, 0)
    assert (charge.captured, charge.amount_captured) == (True, amount)
    assert (charge.amount_refunded, charge.refunded) == (0, False)
    assert stripe_api.v1.refunds.list({"payment_intent": intent.id}).data == []


@pytest.mark.parametrize("reason", ["abandoned", "duplicate", "fraudulent", "requested_by_customer"])
def test_a_canceled_hold_keeps_its_reason_and_leaves_its_charge_unrefunded(stripe_api: Api, reason: str) -> None:
    """Since API 2025-03-31.basil: no Refund object, `refunded` stays false."""
    intent = a_hold(stripe_api)

    canceled = stripe_api.v1.payment_intents.cancel(intent.id, {"cancellation_reason": reason})

    charge = charge_of(stripe_api, intent)
    assert (canceled.status, canceled.cancellation_reason) == ("canceled", reason)
    assert (canceled.amount_capturable, canceled.amount_received) == (0, 0)
    assert canceled.canceled_at
    assert (charge.captured, charge.refunded, charge.amount_refunded, charge.amount_captured) == (False, False, 0, 0)
    assert stripe_api.v1.refunds.list({"payment_intent": intent.id}).data == []


@pytest.mark.parametrize("card", [None, "pm_card_visa"])
def test_an_unpaid_intent_can_be_canceled(stripe_api: Api, card: str | None) -> None:
    intent = an_intent(stripe_api, **({"payment_method": card} if card else {}))

    canceled = stripe_api.v1.payment_intents.cancel(intent.id)

    assert (canceled.status, canceled.cancellation_reason) == ("canceled", None)


def test_metadata_can_be_changed_after_the_end_and_is_merged(stripe_api: Api) -> None:
    intent = an_intent(stripe_api, metadata={"kept": "1", "gone": "2"})
    stripe_api.v1.payment_intents.cancel(intent.id)

    updated = stripe_api.v1.payment_intents.update(intent.id, {"metadata": {"new": "3", "gone": ""}})

    assert updated.metadata.to_dict() == {"kept": "1", "new": "3"}


def test_the_amount_can_be_changed_only_before_the_hold(stripe_api: Api) -> None:
    intent, held = an_intent(stripe_api), a_hold(stripe_api)

    updated = stripe_api.v1.payment_intents.update(intent.id, {"amount": 6000})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        stripe_api.v1.payment_intents.update(held.id, {"amount": 6000})

    assert updated.amount == 6000
    assert (refused.value.code, refused.value.param) == ("payment_intent_unexpected_state", "amount")


def test_an_omitted_capture_method_charges_at_once(stripe_api: Api) -> None:
    params = {"amount": 5000, "currency": "jpy", "allowed_payment_method_types": ["card"]}

    intent = stripe_api.v1.payment_intents.create({**params, "confirm": True, "payment_method": "pm_card_visa"})  # type: ignore[typeddict-item]

    assert (intent.capture_method, intent.status, intent.amount_received) == ("automatic_async", "succeeded", 5000)


def test_intents_are_listed_newest_first_with_a_cursor(stripe_api: Api) -> None:
    made = [an_intent(stripe_api).id for _ in range(3)]

    first = stripe_api.v1.payment_intents.list({"limit": 2})
    second = stripe_api.v1.payment_intents.list({"limit": 1, "starting_after": first.data[-1].id})

    assert [intent.id for intent in [*first.data, *second.data]] == made[::-1]
    assert first.has_more


@pytest.mark.parametrize(("is_older", "told"), [(False, []), (True, ["charge.refunded"])])
def test_only_an_older_endpoint_gets_the_release_as_a_refund_of_an_uncaptured_charge(
    stripe_client: Api,
    stripe_control: StripeControl,
    is_older: bool,  # noqa: FBT001  (a column of the table)
    told: list[str],
) -> None:
    stripe_control.settings(legacy_release_events=is_older)
    intent = a_hold(stripe_client)

    stripe_client.v1.payment_intents.cancel(intent.id)

    assert events_of(stripe_client, intent)[3:] == [*told, "payment_intent.canceled"]
    assert charge_of(stripe_client, intent).refunded is is_older


@pytest.mark.parametrize(
    ("card", "currency", "days"),
    [("pm_card_visa", "jpy", 30), ("pm_card_jcb", "jpy", 30), ("pm_card_amex", "jpy", 7), ("pm_card_visa", "usd", 7)],
)
def test_a_hold_runs_out_by_its_brand_and_currency_and_is_canceled_by_stripe(
    stripe_client: Api, stripe_control: StripeControl, card: str, currency: str, days: int
) -> None:
    intent = a_hold(stripe_client, card, currency=currency)

    stripe_control.advance_clock(days * DAY - 10)
    before = stripe_client.v1.payment_intents.retrieve(intent.id).status
    stripe_control.advance_clock(20)

    expired = stripe_client.v1.payment_intents.retrieve(intent.id)
    assert (before, expired.status, expired.cancellation_reason) == ("requires_capture", "canceled", "expired")
    assert events_of(stripe_client, intent)[-2:] == ["charge.expired", "payment_intent.canceled"]
