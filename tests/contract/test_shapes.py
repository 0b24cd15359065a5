"""The emulator's answers have every field of Stripe's own description, in its type (compared with stripe-mock)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import stripe

from tests.contract.builders import a_hold, an_intent
from tests.contract.checkout_builders import a_session
from tests.contract.shapes import missing_or_different, send

if TYPE_CHECKING:
    from collections.abc import Callable

    from stripe_emulator import StripeControl, StripeEmulator
    from tests.contract.shapes import Comparison


def requires_action(api: stripe.StripeClient) -> stripe.PaymentIntent:
    """Waiting for 3-D Secure."""
    return a_hold(api, "pm_card_authenticationRequired")


def captured(api: stripe.StripeClient) -> stripe.PaymentIntent:
    """Paid."""
    return api.v1.payment_intents.capture(a_hold(api).id)


def canceled(api: stripe.StripeClient) -> stripe.PaymentIntent:
    """Let go."""
    return api.v1.payment_intents.cancel(a_hold(api).id)


def declined(api: stripe.StripeClient) -> stripe.PaymentIntent:
    """After a refusal by the issuer."""
    intent = an_intent(api)
    with pytest.raises(stripe.CardError):
        api.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_chargeDeclined"})
    return api.v1.payment_intents.retrieve(intent.id)


def charged(api: stripe.StripeClient) -> stripe.PaymentIntent:
    """Charged at once, with Stripe's own choice of payment methods."""
    return a_hold(
        api,
        capture_method="automatic",
        allowed_payment_method_types=None,
        automatic_payment_methods={"enabled": True, "allow_redirects": "never"},
    )


STATES = [an_intent, requires_action, a_hold, captured, canceled, declined, charged]


@pytest.mark.parametrize("state", STATES)
def test_a_payment_intent_has_stripes_fields_in_every_state(
    emulated_api: stripe.StripeClient, compare: Comparison, state: Callable[..., stripe.PaymentIntent]
) -> None:
    intent = state(emulated_api)

    assert compare.differences(f"/v1/payment_intents/{intent.id}", "payment_intent") == []


@pytest.mark.parametrize("state", [a_hold, captured, canceled, declined, charged])
def test_a_charge_has_stripes_fields_in_every_state(
    emulated_api: stripe.StripeClient, compare: Comparison, state: Callable[..., stripe.PaymentIntent]
) -> None:
    intent = state(emulated_api)

    assert compare.differences(f"/v1/charges/{intent.latest_charge}", "charge") == []


def test_a_charge_after_3d_secure_has_stripes_fields(
    emulated_api: stripe.StripeClient, compare: Comparison, stripe_control: StripeControl
) -> None:
    intent = an_intent(emulated_api)
    stripe_control.pay(intent.client_secret or "", "4000000000003220", authenticate="succeed")
    charge = emulated_api.v1.payment_intents.retrieve(intent.id).latest_charge

    assert compare.differences(f"/v1/charges/{charge}", "charge") == []


def test_an_expanded_charge_has_the_fields_of_a_charge(emulated_api: stripe.StripeClient, compare: Comparison) -> None:
    intent = a_hold(emulated_api)

    expanded = compare.ours(f"/v1/payment_intents/{intent.id}", expand={"0": "latest_charge"})["latest_charge"]

    assert expanded == compare.ours(f"/v1/charges/{intent.latest_charge}")


def test_refunds_have_stripes_fields(emulated_api: stripe.StripeClient, compare: Comparison) -> None:
    refund = emulated_api.v1.refunds.create({"payment_intent": captured(emulated_api).id})

    assert compare.differences(f"/v1/refunds/{refund.id}", "refund") == []


def test_disputes_have_stripes_fields(
    emulated_api: stripe.StripeClient, compare: Comparison, stripe_control: StripeControl
) -> None:
    dispute = stripe_control.dispute(str(captured(emulated_api).latest_charge))

    assert compare.differences(f"/v1/disputes/{dispute['id']}", "dispute") == []


def test_early_fraud_warnings_have_stripes_fields(
    emulated_api: stripe.StripeClient, compare: Comparison, stripe_control: StripeControl
) -> None:
    warning = stripe_control.warn_of_fraud(str(captured(emulated_api).latest_charge))

    path = f"/v1/radar/early_fraud_warnings/{warning['id']}"
    assert compare.differences(path, "radar.early_fraud_warning") == []


def test_reviews_have_stripes_fields(
    emulated_api: stripe.StripeClient, compare: Comparison, stripe_control: StripeControl
) -> None:
    intent = a_hold(emulated_api)

    review = stripe_control.open_review(str(intent.latest_charge))

    assert compare.differences(f"/v1/reviews/{review['id']}", "review") == []
    assert emulated_api.v1.payment_intents.retrieve(intent.id).review == review["id"]


def test_webhook_endpoints_have_stripes_fields(emulated_api: stripe.StripeClient, compare: Comparison) -> None:
    endpoint = emulated_api.v1.webhook_endpoints.create({"url": "https://example.com/x", "enabled_events": ["*"]})

    assert compare.differences(f"/v1/webhook_endpoints/{endpoint.id}", "webhook_endpoint") == []


def test_events_have_stripes_envelope(emulated_api: stripe.StripeClient, compare: Comparison) -> None:
    an_intent(emulated_api)
    event = emulated_api.v1.events.list().data[0]

    differences = compare.differences(f"/v1/events/{event.id}", "event")

    # stripe-mock's one event is about a plan; what an event is about is compared as the object itself.
    assert [each for each in differences if not each.startswith("event.data.object.")] == []


def test_an_event_shows_the_object_as_the_api_does(emulated_api: stripe.StripeClient, compare: Comparison) -> None:
    intent = an_intent(emulated_api)

    subject = compare.ours("/v1/events")["data"][0]["data"]["object"]

    assert subject == compare.ours(f"/v1/payment_intents/{intent.id}")


LISTS = [
    "payment_intents",
    "charges",
    "refunds",
    "disputes",
    "radar/early_fraud_warnings",
    "reviews",
    "webhook_endpoints",
    "checkout/sessions",
]


@pytest.mark.parametrize("name", LISTS)
def test_lists_have_stripes_envelope_and_items(
    emulated_api: stripe.StripeClient, compare: Comparison, stripe_control: StripeControl, name: str
) -> None:
    a_session(emulated_api)
    intent = captured(emulated_api)
    emulated_api.v1.refunds.create({"payment_intent": intent.id})
    stripe_control.dispute(str(intent.latest_charge))
    stripe_control.warn_of_fraud(str(intent.latest_charge))
    stripe_control.open_review(str(intent.latest_charge))
    emulated_api.v1.webhook_endpoints.create({"url": "https://example.com/x", "enabled_events": ["*"]})

    ours = compare.ours(f"/v1/{name}")

    theirs = compare.theirs(f"/v1/{name}")
    item = list(missing_or_different(theirs.pop("data")[0], ours.pop("data")[0], name.removesuffix("s")))
    assert item == []
    assert list(missing_or_different(theirs, ours, "list")) == []
    assert ours == {"object": "list", "has_more": False, "url": f"/v1/{name}"}


def test_errors_have_stripes_envelope(stripe_mock: str, stripe_emulator: StripeEmulator) -> None:
    wrong = {"amount": "x", "currency": "jpy"}

    theirs = send(stripe_mock, "POST", "/v1/payment_intents", wrong)
    ours = send(stripe_emulator.url, "POST", "/v1/payment_intents", wrong, stripe_emulator.secret_key)

    assert (theirs.status_code, ours.status_code) == (400, 400)
    assert list(missing_or_different(theirs.json(), ours.json(), "error")) == []


def test_every_answer_is_understood_by_the_sdk(emulated_api: stripe.StripeClient) -> None:
    intent = captured(emulated_api)

    read = emulated_api.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge", "payment_method"]})

    assert isinstance(read, stripe.PaymentIntent)
    assert isinstance(read.latest_charge, stripe.Charge)
    assert isinstance(read.payment_method, stripe.PaymentMethod)
    assert json.loads(str(read))["id"] == intent.id


def test_the_comparison_sees_a_missing_and_a_mistyped_field() -> None:
    theirs = {"id": "x", "inner": {"amount": 1, "list": [{"a": 1}]}, "empty": None}

    found = list(missing_or_different(theirs, {"inner": {"amount": "1", "list": [{}]}, "empty": 3}, "thing"))

    assert found == [
        "thing.id: missing",
        "thing.inner.amount: string instead of number",
        "thing.inner.list[].a: missing",
    ]
