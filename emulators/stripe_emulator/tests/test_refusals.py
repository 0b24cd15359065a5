"""Stripe's refusals, as tables: HTTP status, type, code and parameter of each, and what they leave behind.

Most rows are what recordings of the real Stripe say.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple
from unittest.mock import ANY

import pytest
import requests
import stripe

from recorded import fields
from stripe_emulator import StripeEmulator
from support.payments import (
    HOLD,
    Api,
    a_captured_hold,
    a_hold,
    all_events,
    an_intent,
    charge_of,
    client_of,
    events_of,
    refund,
)

Json = Any


class Decline(NamedTuple):
    """What an issuer's refusal says. In each, the HTTP status is 402 and the type `card_error`."""

    card: str
    code: str
    decline_code: str
    param: str | None
    advice_code: str | None
    network_advice_code: str | None
    network_decline_code: str | None
    message: str


DECLINED = "Your card was declined."
DECLINES = [
    Decline(
        "pm_card_chargeDeclined", "card_declined", "generic_decline", None, "try_again_later", None, "01", DECLINED
    ),
    Decline(
        "pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds", None, "try_again_later", "02",
        "51", "Your card has insufficient funds.",
    ),
    Decline(
        "pm_card_chargeDeclinedLostCard", "card_declined", "lost_card", None, "do_not_try_again", "01", "41", DECLINED
    ),
    Decline(
        "pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card", "exp_month", "confirm_card_data", "03",
        "54", "Your card has expired.",
    ),
    Decline(
        "pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc", "cvc", "confirm_card_data", "03", "N7",
        "Your card's security code is incorrect.",
    ),
    Decline(
        "pm_card_chargeDeclinedProcessingError", "processing_error", "processing_error", None, "try_again_later", None,
        "06", "An error occurred while processing your card. Try again in a little bit.",
    ),
    Decline(
        "pm_card_chargeDeclinedVelocityLimitExceeded", "card_declined", "card_velocity_exceeded", None,
        "try_again_later", "02", "61",
        "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
    ),
    Decline("pm_card_radarBlock", "card_declined", "fraudulent", None, None, None, None, DECLINED),
]  # fmt: skip


def _error(refused: stripe.StripeError) -> Json:
    """The envelope's content, as it came over the wire."""
    return json.loads(str(refused.http_body))["error"]


@pytest.mark.parametrize("told", DECLINES, ids=lambda told: told.card)
def test_a_decline_says_what_stripes_says_and_leaves_the_payment_open(stripe_api: Api, told: Decline) -> None:
    intent = an_intent(stripe_api)

    with pytest.raises(stripe.CardError) as declined:
        stripe_api.v1.payment_intents.confirm(intent.id, {"payment_method": told.card})

    error: Json = _error(declined.value)
    read: Json = stripe_api.v1.payment_intents.retrieve(intent.id)
    charge = charge_of(stripe_api, read)
    assert (declined.value.http_status, error["type"]) == (402, "card_error")
    assert Decline(told.card, *(error.get(name) for name in Decline._fields[1:])) == told
    assert (read.status, read.payment_method, read.latest_charge) == ("requires_payment_method", None, error["charge"])
    assert (read.last_payment_error["code"], read.last_payment_error["decline_code"]) == (told.code, told.decline_code)
    assert (charge.status, charge.paid, charge.failure_code) == ("failed", False, told.code)
    assert fields.wrong_fields(error["payment_method"], fields.PAYMENT_METHOD) == []


def test_a_good_card_pays_after_a_decline_which_was_told_charge_first(stripe_client: Api) -> None:
    intent = an_intent(stripe_client)
    with pytest.raises(stripe.CardError):
        stripe_client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_chargeDeclined"})
    told = events_of(stripe_client, intent)[1:]

    held = stripe_client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})

    assert told == ["charge.failed", "payment_intent.payment_failed"]
    assert (held.status, held.last_payment_error) == ("requires_capture", None)


def capture_canceled(api: Api) -> None:
    api.v1.payment_intents.capture(api.v1.payment_intents.cancel(a_hold(api).id).id)


def capture_unpaid(api: Api) -> None:
    api.v1.payment_intents.capture(an_intent(api).id)


def capture_twice(api: Api) -> None:
    api.v1.payment_intents.capture(a_captured_hold(api).id)


def capture_too_much(api: Api) -> None:
    api.v1.payment_intents.capture(a_hold(api).id, {"amount_to_capture": 5001})


def capture_nothing(api: Api) -> None:
    api.v1.payment_intents.capture(a_hold(api).id, {"amount_to_capture": 0})


def capture_less_than_nothing(api: Api) -> None:
    api.v1.payment_intents.capture(a_hold(api).id, {"amount_to_capture": -1})


def confirm_without_a_card(api: Api) -> None:
    api.v1.payment_intents.confirm(an_intent(api).id)


def cancel_twice(api: Api) -> None:
    api.v1.payment_intents.cancel(api.v1.payment_intents.cancel(an_intent(api).id).id)


def cancel_paid(api: Api) -> None:
    api.v1.payment_intents.cancel(a_captured_hold(api).id)


def read_missing(api: Api) -> None:
    api.v1.payment_intents.retrieve("pi_nobody")


def refund_missing(api: Api) -> None:
    api.v1.refunds.create({"charge": "ch_nobody"})


def refund_a_hold(api: Api) -> None:
    refund(api, a_hold(api))


def refund_twice(api: Api) -> None:
    intent = a_captured_hold(api)
    refund(api, intent)
    refund(api, intent)


def refund_negative(api: Api) -> None:
    refund(api, a_captured_hold(api), amount=-1)


def refund_too_much(api: Api) -> None:
    refund(api, a_captured_hold(api), amount=5001)


STATE = "payment_intent_unexpected_state"
INTEGER = "parameter_invalid_integer"
OPERATIONS = [
    (capture_canceled, 400, STATE, None),
    (capture_unpaid, 400, STATE, None),
    (capture_twice, 400, STATE, None),
    (capture_too_much, 400, "amount_too_large", ANY),
    (capture_nothing, 400, INTEGER, "amount"),
    (capture_less_than_nothing, 400, ANY, "amount_to_capture"),
    (confirm_without_a_card, 400, STATE, None),
    (cancel_twice, 400, STATE, None),
    (cancel_paid, 400, STATE, None),
    (read_missing, 404, "resource_missing", "intent"),
    (refund_missing, 404, "resource_missing", ANY),
    (refund_a_hold, 400, ANY, ANY),
    (refund_twice, 400, "charge_already_refunded", None),
    (refund_negative, 400, INTEGER, "amount"),
    (refund_too_much, 400, None, "amount"),
]
"""An operation, the HTTP status, the code and the parameter; ANY if no recording says."""


@pytest.mark.parametrize(
    ("operation", "status", "code", "param"), OPERATIONS, ids=lambda each: getattr(each, "__name__", "")
)
def test_a_refused_operation_has_stripes_status_type_code_and_param(
    stripe_api: Api, operation: Callable[[Api], None], status: int, code: str | None, param: str | None
) -> None:
    with pytest.raises(stripe.StripeError) as refused:
        operation(stripe_api)

    error: Json = _error(refused.value)
    assert (refused.value.http_status, error["type"]) == (status, "invalid_request_error")
    assert (error.get("code"), error.get("param"), error.get("decline_code")) == (code, param, None)


def test_a_refusal_of_the_state_shows_the_intent_which_stays_as_it_is(stripe_api: Api) -> None:
    canceled = stripe_api.v1.payment_intents.cancel(a_hold(stripe_api).id)

    with pytest.raises(stripe.InvalidRequestError) as refused:
        stripe_api.v1.payment_intents.capture(canceled.id)

    shown = _error(refused.value)["payment_intent"]
    assert (shown["id"], shown["status"]) == (canceled.id, "canceled")
    assert stripe_api.v1.payment_intents.retrieve(canceled.id).status == "canceled"


PARAMS = [
    ({"amount": None}, "parameter_missing", "amount"),
    ({"currency": None}, "parameter_missing", "currency"),
    ({"amount": 49}, "amount_too_small", "amount"),
    ({"amount": 0}, INTEGER, "amount"),
    ({"amount": 100_000_000}, "amount_too_large", "amount"),
    ({"amount": "12.5"}, INTEGER, "amount"),
    ({"amount": ""}, "parameter_invalid_empty", "amount"),
    ({"unheard_of": "1"}, "parameter_unknown", "unheard_of"),
    ({"automatic_payment_methods": {"enabled": True}}, "parameters_exclusive", ANY),
    ({"payment_method_types": ["card"]}, "payment_method_types_no_longer_supported", ANY),
    ({"shipping": {"address": {"planet": "1"}, "name": "A"}}, "parameter_unknown", "shipping[address][planet]"),
    ({"shipping": {"address": {"city": "Tokyo"}}}, "parameter_missing", "shipping[name]"),
    ({"capture_method": "later"}, ANY, "capture_method"),
    ({"currency": "yen"}, ANY, "currency"),
    ({"metadata": {f"key{number}": "1" for number in range(51)}}, ANY, "metadata"),
    ({"metadata": {"k" * 41: "1"}}, ANY, ANY),
    ({"metadata": {"key": "v" * 501}}, ANY, ANY),
    ({"expand": ["customer.nothing"]}, ANY, ANY),
    ({"confirm": "perhaps"}, ANY, "confirm"),
]


@pytest.mark.parametrize(("changes", "code", "param"), PARAMS)
def test_a_bad_parameter_is_named(stripe_api: Api, changes: dict[str, Any], code: str, param: str) -> None:
    given: Json = {name: value for name, value in {**HOLD, **changes}.items() if value is not None}

    with pytest.raises(stripe.InvalidRequestError) as refused:
        stripe_api.v1.payment_intents.create(given)

    assert (refused.value.http_status, refused.value.code, refused.value.param) == (400, code, param)


@pytest.mark.parametrize("changes", [{"expand": ["nothing"]}, {"amount": 1}])
def test_a_refused_create_makes_nothing(stripe_client: Api, changes: dict[str, Any]) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        an_intent(stripe_client, **changes)

    assert stripe_client.v1.payment_intents.list().data == []
    assert all_events(stripe_client) == []


def test_an_unmodelled_parameter_is_refused_and_not_ignored(stripe_client: Api) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        an_intent(stripe_client, application_fee_amount=10)

    assert refused.value.code == "emulator_unsupported_parameter"


def test_a_wrong_key_is_shown_masked(stripe_emulator: StripeEmulator) -> None:
    with pytest.raises(stripe.AuthenticationError) as refused:
        client_of("sk_test_51WrongKey9xyz", stripe_emulator.url).v1.payment_intents.list()

    assert refused.value.http_status == 401
    assert "9xyz" in str(refused.value.user_message)
    assert "WrongKey" not in str(refused.value.user_message)


@pytest.mark.parametrize(
    ("path", "version", "status"),
    [("payment_intents", "2026-10-28.endive", 200), ("payment_intents", "2024-04-10", 400), ("nothing", None, 404)],
)
def test_an_answer_carries_its_request_id_and_another_version_or_path_is_refused(
    stripe_emulator: StripeEmulator, path: str, version: str | None, status: int
) -> None:
    headers = {"Authorization": f"Bearer {stripe_emulator.secret_key}", "Stripe-Version": version}

    answer = requests.get(f"{stripe_emulator.url}/v1/{path}", headers=headers, timeout=10)

    assert answer.status_code == status
    assert answer.headers["Request-Id"].startswith("req_")
    assert status == 200 or answer.json()["error"]["type"] == "invalid_request_error"
    assert status != 200 or answer.headers["Stripe-Version"] == version
