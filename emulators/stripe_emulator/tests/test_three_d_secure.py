"""3-D Secure and the payment sheet (H-04, H-05): the challenge, its answers, and what a client may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests
import stripe

from support.checkout import CHALLENGED, ON_REQUEST
from support.payments import Api, an_intent, charge_of, events_of

if TYPE_CHECKING:
    from stripe_emulator import StripeControl, StripeEmulator


@pytest.mark.parametrize("card", ["pm_card_authenticationRequired", "pm_card_threeDSecure2Required"])
def test_a_card_that_asks_for_3d_secure_waits_for_an_action_and_can_be_canceled(stripe_api: Api, card: str) -> None:
    intent = an_intent(stripe_api)

    waiting = stripe_api.v1.payment_intents.confirm(intent.id, {"payment_method": card})
    canceled = stripe_api.v1.payment_intents.cancel(intent.id)

    assert (waiting.status, waiting.latest_charge, waiting.amount_capturable) == ("requires_action", None, 0)
    assert waiting.next_action
    assert (canceled.status, canceled.next_action) == ("canceled", None)


def test_off_session_a_challenge_is_a_decline(stripe_api: Api) -> None:
    intent = an_intent(stripe_api)

    with pytest.raises(stripe.CardError) as refused:
        stripe_api.v1.payment_intents.confirm(
            intent.id, {"payment_method": "pm_card_authenticationRequired", "off_session": True}
        )

    read = stripe_api.v1.payment_intents.retrieve(intent.id)
    assert (refused.value.http_status, refused.value.code) == (402, "authentication_required")
    assert (read.status, read.latest_charge) == ("requires_payment_method", None)


@pytest.mark.parametrize("card", [CHALLENGED, "4000002760003184", "4000000000003220"])
def test_a_failed_challenge_can_be_tried_again_and_a_passed_one_holds_the_money(
    stripe_client: Api, stripe_control: StripeControl, card: str
) -> None:
    intent = an_intent(stripe_client)
    secret = intent.client_secret or ""

    failed = stripe_control.pay(secret, card, authenticate="fail")
    waiting = stripe_control.pay(secret, card)
    passed = stripe_control.authenticate(intent.id, "succeed")

    held = stripe_client.v1.payment_intents.retrieve(intent.id)
    assert (failed["status"], failed["error"]["code"]) == (
        "requires_payment_method", "payment_intent_authentication_failure",
    )  # fmt: skip
    assert (waiting["status"], passed["status"]) == ("requires_action", "requires_capture")
    assert (held.amount_capturable, held.next_action) == (5000, None)
    assert events_of(stripe_client, intent) == [
        "payment_intent.created",
        "payment_intent.requires_action",
        "payment_intent.payment_failed",
        "payment_intent.requires_action",
        "charge.succeeded",
        "payment_intent.amount_capturable_updated",
    ]


@pytest.mark.parametrize(
    ("card", "decline_code"), [("4000008400001629", "generic_decline"), ("4000008260003178", "insufficient_funds")]
)
def test_a_card_can_decline_after_a_passed_challenge(
    stripe_client: Api, stripe_control: StripeControl, card: str, decline_code: str
) -> None:
    intent = an_intent(stripe_client)

    paid = stripe_control.pay(intent.client_secret or "", card, authenticate="succeed")

    failed = charge_of(stripe_client, stripe_client.v1.payment_intents.retrieve(intent.id))
    assert (paid["status"], paid["error"]["decline_code"]) == ("requires_payment_method", decline_code)
    assert failed.status == "failed"


@pytest.mark.parametrize(("has_rule", "status"), [(False, "requires_capture"), (True, "requires_action")])
def test_a_card_without_need_for_it_is_asked_only_by_a_radar_rule(
    stripe_client: Api,
    stripe_control: StripeControl,
    has_rule: bool,  # noqa: FBT001  (a column of the table)
    status: str,
) -> None:
    stripe_control.settings(request_three_d_secure=has_rule)

    paid = stripe_control.pay(an_intent(stripe_client).client_secret or "", ON_REQUEST)

    assert paid["status"] == status


@pytest.mark.parametrize(
    ("details", "code"),
    [
        ({"card": "4242424242424241"}, "incorrect_number"),
        ({"card": "4242424242424242", "exp": [12, 2020]}, "invalid_expiry_year"),
        ({"card": "4242424242424242", "exp": [13, 2034]}, "invalid_expiry_month"),
        ({"card": "4000000000000127"}, "incorrect_cvc"),
        ({"card": "4000000000000069"}, "expired_card"),
        ({"card": "4111111111111111"}, "card_declined"),
        ({"card": "4000000000000127", "cvc": None}, None),
    ],
)
def test_a_mistyped_card_is_told_to_the_payer_if_the_bank_can_notice(
    stripe_client: Api, stripe_control: StripeControl, details: dict[str, Any], code: str | None
) -> None:
    intent = an_intent(stripe_client)

    paid = stripe_control.pay(intent.client_secret or "", **details)

    status = stripe_client.v1.payment_intents.retrieve(intent.id).status
    assert (paid["error"] or {}).get("code") == code
    assert status == ("requires_payment_method" if code else "requires_capture")


def test_a_publishable_key_sees_and_confirms_one_intent_by_its_client_secret(
    stripe_client: Api, stripe_emulator: StripeEmulator
) -> None:
    intent = an_intent(stripe_client, metadata={"private": "1"})
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


def test_a_server_may_not_send_card_numbers(stripe_client: Api) -> None:
    data = {"type": "card", "card": {"number": "4242424242424242"}}

    with pytest.raises(stripe.StripeError):
        an_intent(stripe_client, confirm=True, payment_method_data=data)
