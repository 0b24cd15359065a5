"""The emulator's answers have every field of Stripe's own description, in its type (compared with stripe-mock)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
import stripe

from stripe_emulator import StripeControl, StripeEmulator
from support.checkout import POOR, a_session, a_session_with_konbini
from support.payments import Api, a_captured_hold, a_hold, an_intent, refund
from tests.contract.shapes import missing_or_different, send

Compare = Callable[[str, str], list[str]]


@pytest.fixture
def compare(stripe_mock: str, stripe_emulator: StripeEmulator) -> Compare:
    """What stripe-mock's answer at a path has and the emulator's lacks."""

    def differences(path: str, name: str) -> list[str]:
        theirs = send(stripe_mock, "GET", path, {}).json()
        ours = send(stripe_emulator.url, "GET", path, {}, stripe_emulator.secret_key).json()
        return list(missing_or_different(theirs, ours, name))

    return differences


def challenged(api: Api) -> stripe.PaymentIntent:
    return a_hold(api, "pm_card_authenticationRequired")


def canceled(api: Api) -> stripe.PaymentIntent:
    return api.v1.payment_intents.cancel(a_hold(api).id)


def declined(api: Api) -> stripe.PaymentIntent:
    intent = an_intent(api)
    with suppress(stripe.CardError):
        api.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_chargeDeclined"})
    return api.v1.payment_intents.retrieve(intent.id)


def charged(api: Api) -> stripe.PaymentIntent:
    methods = {"enabled": True, "allow_redirects": "never"}
    return a_hold(api, capture_method="automatic", allowed_payment_method_types=None, automatic_payment_methods=methods)


@pytest.mark.parametrize("state", [an_intent, challenged, a_hold, a_captured_hold, canceled, declined, charged])
def test_a_payment_intent_and_its_charge_have_stripes_fields_in_every_state(
    stripe_client: Api, compare: Compare, state: Callable[[Api], stripe.PaymentIntent]
) -> None:
    intent = state(stripe_client)

    assert compare(f"/v1/payment_intents/{intent.id}", "payment_intent") == []
    assert intent.latest_charge is None or compare(f"/v1/charges/{intent.latest_charge}", "charge") == []


def test_a_charge_after_3d_secure_has_stripes_fields(
    stripe_client: Api, stripe_control: StripeControl, compare: Compare
) -> None:
    intent = an_intent(stripe_client)
    stripe_control.pay(intent.client_secret or "", "4000000000003220", authenticate="succeed")
    charge = stripe_client.v1.payment_intents.retrieve(intent.id).latest_charge

    assert compare(f"/v1/charges/{charge}", "charge") == []


@pytest.mark.parametrize("state", ["open", "expired", "paid", "declined", "waiting", "paid at a store"])
def test_a_checkout_session_its_lines_and_its_payment_have_stripes_fields_in_every_state(
    stripe_client: Api, stripe_control: StripeControl, compare: Compare, state: str
) -> None:
    session = a_session_with_konbini(stripe_client)
    path = f"/v1/checkout/sessions/{session.id}"
    if state == "expired":
        stripe_client.v1.checkout.sessions.expire(session.id)
    elif state in ("paid", "declined"):
        stripe_control.pay_checkout(session.id, POOR if state == "declined" else "4242424242424242")
    elif state != "open":
        intent = stripe_control.pay_checkout(session.id, method="konbini")["payment_intent"]
        if state == "paid at a store":
            stripe_control.settle_konbini(intent, "succeed")

    assert compare(path, "session") == []
    assert compare(f"{path}/line_items", "line_items") == []
    for made in stripe_client.v1.payment_intents.list().data:
        assert compare(f"/v1/payment_intents/{made.id}", "payment_intent") == []
    cash = ["charge.payment_method_details.card: missing"] if state == "paid at a store" else []
    for charge in stripe_client.v1.charges.list().data:
        assert compare(f"/v1/charges/{charge.id}", "charge") == cash


LISTS = [
    "payment_intents",
    "charges",
    "refunds",
    "disputes",
    "radar/early_fraud_warnings",
    "reviews",
    "webhook_endpoints",
    "checkout/sessions",
    "events",
]


@pytest.mark.parametrize("name", LISTS)
def test_lists_and_each_of_their_items_have_stripes_fields(
    stripe_client: Api, stripe_emulator: StripeEmulator, stripe_control: StripeControl, compare: Compare, name: str
) -> None:
    a_session(stripe_client)
    intent = a_captured_hold(stripe_client)
    refund(stripe_client, intent)
    stripe_control.dispute(str(intent.latest_charge))
    stripe_control.warn_of_fraud(str(intent.latest_charge))
    review = stripe_control.open_review(str(intent.latest_charge))
    stripe_client.v1.webhook_endpoints.create({"url": "https://example.com/x", "enabled_events": ["*"]})
    newest = send(stripe_emulator.url, "GET", f"/v1/{name}", {}, stripe_emulator.secret_key).json()["data"][0]

    found = [
        *compare(f"/v1/{name}", "list"),
        *compare(f"/v1/{name}/{newest['id']}", newest["object"].rpartition(".")[2]),
    ]

    # stripe-mock's one event is about a plan.
    assert [each for each in found if ".data.object." not in each] == []
    assert stripe_client.v1.payment_intents.retrieve(intent.id).review == review["id"]


def test_errors_have_stripes_envelope(stripe_mock: str, stripe_emulator: StripeEmulator) -> None:
    wrong = {"amount": "x", "currency": "jpy"}

    theirs = send(stripe_mock, "POST", "/v1/payment_intents", wrong)
    ours = send(stripe_emulator.url, "POST", "/v1/payment_intents", wrong, stripe_emulator.secret_key)

    assert (theirs.status_code, ours.status_code) == (400, 400)
    assert list(missing_or_different(theirs.json(), ours.json(), "error")) == []


def test_the_comparison_sees_a_missing_and_a_mistyped_field() -> None:
    theirs = {"id": "x", "inner": {"amount": 1, "list": [{"a": 1}]}, "empty": None}

    found = list(missing_or_different(theirs, {"inner": {"amount": "1", "list": [{}]}, "empty": 3}, "thing"))

    assert found == [
        "thing.id: missing",
        "thing.inner.amount: string instead of number",
        "thing.inner.list[].a: missing",
    ]
