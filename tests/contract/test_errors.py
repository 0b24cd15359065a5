"""Stripe's refusals: HTTP status, type, code and parameter of each, and what they leave behind."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import stripe

from tests.contract.builders import HOLD, a_hold, an_intent, charge_of, events_of
from tests.contract.conftest import client_of


def refusal(call: Any, *arguments: Any) -> stripe.StripeError:
    """The error that a call ends with."""
    with pytest.raises(stripe.StripeError) as refused:
        call(*arguments)
    return refused.value


def test_a_canceled_intent_can_not_be_captured(stripe_api: stripe.StripeClient) -> None:
    intent = a_hold(stripe_api)
    stripe_api.v1.payment_intents.cancel(intent.id)

    error = refusal(stripe_api.v1.payment_intents.capture, intent.id)

    assert (error.http_status, error.code) == (400, "payment_intent_unexpected_state")
    assert error.error
    assert error.error.payment_intent
    assert (error.error.payment_intent.id, error.error.payment_intent.status) == (intent.id, "canceled")
    assert error.error.param is None


@pytest.mark.parametrize("action", ["capture", "cancel"])
def test_a_captured_intent_can_neither_be_captured_nor_canceled(stripe_api: stripe.StripeClient, action: str) -> None:
    intent = a_hold(stripe_api)
    stripe_api.v1.payment_intents.capture(intent.id)

    error = refusal(getattr(stripe_api.v1.payment_intents, action), intent.id)

    assert (error.http_status, error.code) == (400, "payment_intent_unexpected_state")


def test_an_unpaid_intent_can_not_be_captured(stripe_api: stripe.StripeClient) -> None:
    error = refusal(stripe_api.v1.payment_intents.capture, an_intent(stripe_api).id)

    assert (error.http_status, error.code) == (400, "payment_intent_unexpected_state")


def test_an_intent_without_a_payment_method_can_not_be_confirmed(stripe_api: stripe.StripeClient) -> None:
    error = refusal(stripe_api.v1.payment_intents.confirm, an_intent(stripe_api).id)

    assert (error.http_status, error.code) == (400, "payment_intent_unexpected_state")


@pytest.mark.parametrize(
    ("amount", "code", "param"),
    [
        (5001, "amount_too_large", None),
        (0, "parameter_invalid_integer", "amount"),
        (-1, None, "amount_to_capture"),
    ],
)
def test_a_capture_takes_no_more_than_is_held_and_no_less_than_one(
    stripe_api: stripe.StripeClient, amount: int, code: str | None, param: str | None
) -> None:
    intent = a_hold(stripe_api)

    error = refusal(stripe_api.v1.payment_intents.capture, intent.id, {"amount_to_capture": amount})

    assert isinstance(error, stripe.InvalidRequestError)
    assert error.http_status == 400
    assert error.code == code
    if param:
        assert error.param == param
    assert stripe_api.v1.payment_intents.retrieve(intent.id).status == "requires_capture"


def test_an_unknown_intent_is_not_found(stripe_api: stripe.StripeClient) -> None:
    error = refusal(stripe_api.v1.payment_intents.retrieve, "pi_nobody")

    assert isinstance(error, stripe.InvalidRequestError)
    assert (error.http_status, error.code, error.param) == (404, "resource_missing", "intent")


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"amount": 49}, "amount_too_small", "amount"),
        ({"amount": 0}, "parameter_invalid_integer", "amount"),
        ({"amount": 100_000_000}, "amount_too_large", "amount"),
        ({"amount": "12.5"}, "parameter_invalid_integer", "amount"),
        ({"amount": ""}, "parameter_invalid_empty", "amount"),
        ({"unheard_of": "1"}, "parameter_unknown", "unheard_of"),
        ({"automatic_payment_methods": {"enabled": True}}, "parameters_exclusive", None),
        ({"payment_method_types": ["card"]}, "payment_method_types_no_longer_supported", None),
        ({"shipping": {"address": {"planet": "1"}, "name": "A"}}, "parameter_unknown", "shipping[address][planet]"),
        ({"shipping": {"address": {"city": "Tokyo"}}}, "parameter_missing", "shipping[name]"),
    ],
)
def test_a_bad_parameter_is_named(
    stripe_api: stripe.StripeClient, changes: dict[str, Any], code: str, param: str | None
) -> None:
    error = refusal(stripe_api.v1.payment_intents.create, {**HOLD, **changes})

    assert isinstance(error, stripe.InvalidRequestError)
    assert (error.http_status, error.code) == (400, code)
    if param:
        assert error.param == param


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"capture_method": "later"}, "capture_method"),
        ({"currency": "yen"}, "currency"),
        ({"metadata": {f"key{number}": "1" for number in range(51)}}, "metadata"),
        ({"metadata": {"k" * 41: "1"}}, None),
        ({"metadata": {"key": "v" * 501}}, None),
        ({"expand": ["customer.nothing"]}, None),
        ({"confirm": "perhaps"}, "confirm"),
    ],
)
def test_a_value_out_of_its_limits_is_refused(
    stripe_api: stripe.StripeClient, changes: dict[str, Any], param: str | None
) -> None:
    error = refusal(stripe_api.v1.payment_intents.create, {**HOLD, **changes})

    assert isinstance(error, stripe.InvalidRequestError)
    assert error.http_status == 400
    if param:
        assert error.param == param


@pytest.mark.parametrize("name", ["amount", "currency"])
def test_a_missing_parameter_is_named(stripe_api: stripe.StripeClient, name: str) -> None:
    params = {key: value for key, value in HOLD.items() if key != name}

    error = refusal(stripe_api.v1.payment_intents.create, params)

    assert isinstance(error, stripe.InvalidRequestError)
    assert (error.http_status, error.code, error.param) == (400, "parameter_missing", name)


def test_a_refused_create_makes_nothing(emulated_api: stripe.StripeClient) -> None:
    refusal(emulated_api.v1.payment_intents.create, {**HOLD, "expand": ["nothing"]})
    refusal(emulated_api.v1.payment_intents.create, {**HOLD, "amount": 1})

    assert emulated_api.v1.payment_intents.list().data == []
    assert emulated_api.v1.events.list().data == []


DECLINES = [
    ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
    ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
    ("pm_card_chargeDeclinedLostCard", "card_declined", "lost_card"),
    ("pm_card_chargeDeclinedStolenCard", "card_declined", "stolen_card"),
    ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
    ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc"),
    ("pm_card_chargeDeclinedProcessingError", "processing_error", "processing_error"),
    ("pm_card_radarBlock", "card_declined", "fraudulent"),
]


@pytest.mark.parametrize(("card", "code", "decline_code"), DECLINES)
def test_a_decline_says_why_and_can_be_tried_again(
    stripe_api: stripe.StripeClient, card: str, code: str, decline_code: str | None
) -> None:
    intent = an_intent(stripe_api)

    error = refusal(stripe_api.v1.payment_intents.confirm, intent.id, {"payment_method": card})

    read = stripe_api.v1.payment_intents.retrieve(intent.id)
    assert isinstance(error, stripe.CardError)
    assert (error.http_status, error.code) == (402, code)
    assert error.error
    if decline_code:
        assert error.error.decline_code == decline_code
    assert (read.status, read.payment_method) == ("requires_payment_method", None)
    assert read.last_payment_error
    assert read.last_payment_error.code == code


def test_a_declined_charge_is_kept_as_failed(stripe_api: stripe.StripeClient) -> None:
    intent = an_intent(stripe_api)
    refusal(stripe_api.v1.payment_intents.confirm, intent.id, {"payment_method": "pm_card_chargeDeclined"})

    charge = charge_of(stripe_api, stripe_api.v1.payment_intents.retrieve(intent.id))

    assert (charge.status, charge.paid, charge.failure_code) == ("failed", False, "card_declined")


def test_a_good_card_pays_after_a_decline(stripe_api: stripe.StripeClient) -> None:
    intent = an_intent(stripe_api)
    refusal(stripe_api.v1.payment_intents.confirm, intent.id, {"payment_method": "pm_card_chargeDeclined"})

    held = stripe_api.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})

    assert (held.status, held.last_payment_error) == ("requires_capture", None)


def test_a_decline_sends_the_charge_before_the_intent(emulated_api: stripe.StripeClient) -> None:
    intent = an_intent(emulated_api)

    refusal(emulated_api.v1.payment_intents.confirm, intent.id, {"payment_method": "pm_card_chargeDeclined"})

    assert events_of(emulated_api, intent.id)[1:] == ["charge.failed", "payment_intent.payment_failed"]


def test_a_wrong_key_is_shown_masked(emulated_api: stripe.StripeClient, stripe_emulator: Any) -> None:
    error = refusal(client_of("sk_test_51WrongKey9xyz", stripe_emulator.url).v1.payment_intents.list)

    assert isinstance(error, stripe.AuthenticationError)
    assert error.http_status == 401
    assert "9xyz" in str(error.user_message)
    assert "WrongKey" not in str(error.user_message)


def test_another_api_version_is_refused(stripe_emulator: Any) -> None:
    headers = {"Authorization": f"Bearer {stripe_emulator.secret_key}", "Stripe-Version": "2024-04-10"}

    answer = requests.get(stripe_emulator.url + "/v1/payment_intents", headers=headers, timeout=10)

    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_every_answer_carries_its_request_id_and_version(stripe_emulator: Any) -> None:
    headers = {"Authorization": f"Bearer {stripe_emulator.secret_key}"}

    answer = requests.get(stripe_emulator.url + "/v1/payment_intents", headers=headers, timeout=10)

    assert answer.headers["Request-Id"].startswith("req_")
    assert answer.headers["Stripe-Version"] == "2026-10-28.endive"


def test_an_unmodelled_parameter_is_refused_and_not_ignored(emulated_api: stripe.StripeClient) -> None:
    error = refusal(emulated_api.v1.payment_intents.create, {**HOLD, "application_fee_amount": 10})

    assert error.code == "emulator_unsupported_parameter"


def test_an_unknown_url_is_not_found(stripe_emulator: Any) -> None:
    headers = {"Authorization": f"Bearer {stripe_emulator.secret_key}"}

    answer = requests.get(stripe_emulator.url + "/v1/nothing", headers=headers, timeout=10)

    assert answer.status_code == 404
    assert answer.json()["error"]["type"] == "invalid_request_error"
