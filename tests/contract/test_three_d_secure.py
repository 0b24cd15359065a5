"""3-D Secure and the payment sheet (H-04, H-05): the challenge, its answers, and what a client may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests
import stripe

from tests.contract.builders import an_intent, charge_of, events_of

if TYPE_CHECKING:
    from stripe_emulator import StripeControl, StripeEmulator

AUTHENTICATION_CARDS = ["4000002500003155", "4000002760003184", "4000000000003220"]


@pytest.mark.parametrize("card", ["pm_card_authenticationRequired", "pm_card_threeDSecure2Required"])
def test_a_card_that_asks_for_3d_secure_waits_for_an_action(stripe_api: stripe.StripeClient, card: str) -> None:
    intent = an_intent(stripe_api)

    waiting = stripe_api.v1.payment_intents.confirm(intent.id, {"payment_method": card})

    assert (waiting.status, waiting.latest_charge, waiting.amount_capturable) == ("requires_action", None, 0)
    assert waiting.next_action


def test_off_session_a_challenge_is_a_decline(stripe_api: stripe.StripeClient) -> None:
    intent = an_intent(stripe_api)

    with pytest.raises(stripe.CardError) as refused:
        stripe_api.v1.payment_intents.confirm(
            intent.id, {"payment_method": "pm_card_authenticationRequired", "off_session": True}
        )

    read = stripe_api.v1.payment_intents.retrieve(intent.id)
    assert (refused.value.http_status, refused.value.code) == (402, "authentication_required")
    assert (read.status, read.latest_charge) == ("requires_payment_method", None)


def test_a_waiting_challenge_can_be_canceled(stripe_api: stripe.StripeClient) -> None:
    intent = an_intent(stripe_api)
    stripe_api.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_threeDSecure2Required"})

    canceled = stripe_api.v1.payment_intents.cancel(intent.id)

    assert (canceled.status, canceled.next_action) == ("canceled", None)


@pytest.mark.parametrize("card", AUTHENTICATION_CARDS)
def test_a_passed_challenge_holds_the_money(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl, card: str
) -> None:
    intent = an_intent(emulated_api)

    paid = stripe_control.pay(intent.client_secret or "", card, authenticate="succeed")

    held = emulated_api.v1.payment_intents.retrieve(intent.id)
    assert (paid["status"], paid["error"]) == ("requires_capture", None)
    assert (held.status, held.amount_capturable, held.next_action) == ("requires_capture", 5000, None)
    assert events_of(emulated_api, intent.id)[1:] == [
        "payment_intent.requires_action",
        "charge.succeeded",
        "payment_intent.amount_capturable_updated",
    ]


def test_a_failed_challenge_can_be_tried_again(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl
) -> None:
    intent = an_intent(emulated_api)
    secret = intent.client_secret or ""

    failed = stripe_control.pay(secret, AUTHENTICATION_CARDS[0], authenticate="fail")
    again = stripe_control.pay(secret, AUTHENTICATION_CARDS[0], authenticate="succeed")

    assert failed["status"] == "requires_payment_method"
    assert failed["error"]["code"] == "payment_intent_authentication_failure"
    assert again["status"] == "requires_capture"
    assert "payment_intent.payment_failed" in events_of(emulated_api, intent.id)


def test_an_open_challenge_is_answered_later(emulated_api: stripe.StripeClient, stripe_control: StripeControl) -> None:
    intent = an_intent(emulated_api)
    waiting = stripe_control.pay(intent.client_secret or "", AUTHENTICATION_CARDS[0])

    answered = stripe_control.authenticate(intent.id, "succeed")

    assert waiting["status"] == "requires_action"
    assert answered["status"] == "requires_capture"


@pytest.mark.parametrize(
    ("card", "decline_code"), [("4000008400001629", "generic_decline"), ("4000008260003178", "insufficient_funds")]
)
def test_a_card_can_decline_after_a_passed_challenge(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl, card: str, decline_code: str
) -> None:
    intent = an_intent(emulated_api)

    paid = stripe_control.pay(intent.client_secret or "", card, authenticate="succeed")

    failed = charge_of(emulated_api, emulated_api.v1.payment_intents.retrieve(intent.id))
    assert (paid["status"], paid["error"]["decline_code"]) == ("requires_payment_method", decline_code)
    assert failed.status == "failed"


def test_a_card_without_need_for_it_is_not_asked(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl
) -> None:
    intent = an_intent(emulated_api)

    assert stripe_control.pay(intent.client_secret or "", "4000000000003055")["status"] == "requires_capture"


@pytest.mark.parametrize(
    ("details", "code"),
    [
        ({"card": "4242424242424241"}, "incorrect_number"),
        ({"card": "4242424242424242", "exp": [12, 2020]}, "invalid_expiry_year"),
        ({"card": "4242424242424242", "exp": [13, 2034]}, "invalid_expiry_month"),
        ({"card": "4000000000000127"}, "incorrect_cvc"),
        ({"card": "4000000000000069"}, "expired_card"),
        ({"card": "4111111111111111"}, "card_declined"),
    ],
)
def test_a_mistyped_card_is_told_to_the_payer(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl, details: dict[str, Any], code: str
) -> None:
    intent = an_intent(emulated_api)

    paid = stripe_control.pay(intent.client_secret or "", **details)

    assert paid["error"]["code"] == code
    assert emulated_api.v1.payment_intents.retrieve(intent.id).status == "requires_payment_method"


def test_without_a_cvc_a_wrong_one_is_not_noticed(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl
) -> None:
    intent = an_intent(emulated_api)

    paid = stripe_control.pay(intent.client_secret or "", "4000000000000127", cvc=None)

    assert paid["status"] == "requires_capture"


def test_a_publishable_key_sees_and_confirms_one_intent_by_its_client_secret(
    emulated_api: stripe.StripeClient, stripe_emulator: StripeEmulator
) -> None:
    intent = an_intent(emulated_api, metadata={"private": "1"})
    url = f"{stripe_emulator.url}/v1/payment_intents/{intent.id}"
    headers = {"Authorization": "Bearer pk_test_app"}
    secret = {"client_secret": intent.client_secret}
    card = {"payment_method_data[type]": "card", "payment_method_data[card][number]": "4242424242424242"}

    seen = requests.get(url, params=secret, headers=headers, timeout=10)
    stranger = requests.get(url, params={"client_secret": "guessed"}, headers=headers, timeout=10)
    confirmed = requests.post(f"{url}/confirm", data={**secret, **card}, headers=headers, timeout=10)
    captured = requests.post(f"{url}/capture", data=secret, headers=headers, timeout=10)

    assert seen.json()["status"] == "requires_payment_method"
    assert not seen.json().keys() & {"metadata", "latest_charge", "customer"}
    assert (stranger.status_code, stranger.json()["error"]["code"]) == (400, "payment_intent_invalid_parameter")
    assert confirmed.json()["status"] == "requires_capture"
    assert (captured.status_code, captured.json()["error"]["code"]) == (401, "secret_key_required")


def test_a_server_may_not_send_card_numbers(emulated_api: stripe.StripeClient) -> None:
    data = {"type": "card", "card": {"number": "4242424242424242"}}

    with pytest.raises(stripe.StripeError):
        an_intent(emulated_api, confirm=True, payment_method_data=data)
