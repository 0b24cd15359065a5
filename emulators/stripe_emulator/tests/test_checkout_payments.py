"""What becomes of a Checkout Session: paid, declined, challenged, captured later, or expired."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import stripe

from stripe_emulator import ControlError
from support.checkout import (
    CHALLENGED,
    DAY,
    MANUAL,
    ON_REQUEST,
    POOR,
    a_paid_session,
    a_session,
    intent_of,
    session_of,
)
from support.payments import Api, all_events, charge_of

if TYPE_CHECKING:
    from stripe_emulator import StripeControl

PAID = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]


def test_a_paid_session_is_complete_and_neither_expires_nor_is_paid_again(
    stripe_client: Api, stripe_control: StripeControl
) -> None:
    """TC-001"""
    session = a_session(stripe_client, success_url="https://example.com/s?id={CHECKOUT_SESSION_ID}&o=1")

    paid = stripe_control.pay_checkout(session.id)
    stripe_control.advance_clock(2 * DAY)
    with pytest.raises(stripe.InvalidRequestError):
        stripe_client.v1.checkout.sessions.expire(session.id)
    with pytest.raises(ControlError):
        stripe_control.pay_checkout(session.id)

    after, intent = session_of(stripe_client, session), intent_of(stripe_client, session)
    assert (paid["status"], paid["error"]) == ("complete", None)
    assert paid["redirect"] == f"https://example.com/s?id={session.id}&o=1"
    assert (after.status, after.payment_status, after.url) == ("complete", "paid", None)
    assert (intent.status, intent.amount, intent.currency, intent.amount_received) == ("succeeded", 5000, "jpy", 5000)
    assert charge_of(stripe_client, intent).captured
    assert all_events(stripe_client) == PAID


def test_what_the_shop_and_the_customer_say_is_told_each_in_its_place(
    stripe_client: Api, stripe_control: StripeControl
) -> None:
    """The metadata of the session is not copied to its PaymentIntent."""
    session = a_session(stripe_client, metadata={"a": "1"}, payment_intent_data={"metadata": {"b": "2"}})

    stripe_control.pay_checkout(session.id, email="hanako@example.com", name="Hanako")

    after, intent = session_of(stripe_client, session), intent_of(stripe_client, session)
    charge = charge_of(stripe_client, intent)
    assert after.to_dict()["metadata"] == {"a": "1"}
    assert intent.metadata.to_dict() == charge.metadata.to_dict() == {"b": "2"}
    assert after.customer_details
    assert (after.customer_details.email, after.customer_details.name) == ("hanako@example.com", "Hanako")
    assert (charge.billing_details.email, charge.billing_details.name) == ("hanako@example.com", "Hanako")


@pytest.mark.parametrize(
    ("card", "answer", "code", "told"),
    [
        (POOR, None, "card_declined", ["charge.failed", "payment_intent.payment_failed"]),
        (
            CHALLENGED,
            "fail",
            "payment_intent_authentication_failure",
            ["payment_intent.requires_action", "payment_intent.payment_failed"],
        ),
    ],
)
def test_a_declined_session_stays_open_and_is_paid_with_the_same_payment_intent(
    stripe_client: Api, stripe_control: StripeControl, card: str, answer: Any, code: str, told: list[str]
) -> None:
    """TC-003, TC-004, TC-014"""
    session = a_session(stripe_client)

    declined = stripe_control.pay_checkout(session.id, card, authenticate=answer)
    between = intent_of(stripe_client, session)
    paid = stripe_control.pay_checkout(session.id)

    assert (declined["status"], declined["payment_status"], declined["redirect"]) == ("open", "unpaid", None)
    assert (declined["error"]["code"], between.status) == (code, "requires_payment_method")
    assert (paid["payment_intent"], paid["status"]) == (between.id, "complete")
    assert all_events(stripe_client) == [PAID[0], *told, *PAID[1:]]


def test_a_challenge_that_is_passed_later_completes_the_session(
    stripe_client: Api, stripe_control: StripeControl
) -> None:
    """TC-002"""
    session = a_session(stripe_client)
    waiting = stripe_control.pay_checkout(session.id, CHALLENGED)

    stripe_control.authenticate(waiting["payment_intent"], "succeed")

    assert waiting["status"] == "open"
    assert session_of(stripe_client, session).payment_status == "paid"
    assert all_events(stripe_client) == [PAID[0], "payment_intent.requires_action", *PAID[1:]]


@pytest.mark.parametrize(
    ("asked_by", "status"), [(None, "complete"), ("a Radar rule", "open"), ("the session", "open")]
)
def test_a_card_that_supports_3d_secure_is_challenged_if_that_is_asked_for(
    stripe_client: Api, stripe_control: StripeControl, asked_by: str | None, status: str
) -> None:
    """TC-003's card; with the Radar rule, or with `request_three_d_secure`."""
    options = {"card": {"request_three_d_secure": "any"}} if asked_by == "the session" else None
    session = a_session(stripe_client, payment_method_options=options)
    stripe_control.settings(request_three_d_secure=asked_by == "a Radar rule")

    assert stripe_control.pay_checkout(session.id, ON_REQUEST)["status"] == status


@pytest.mark.parametrize(("action", "payment_status"), [("capture", "paid"), ("cancel", "unpaid")])
def test_a_manual_session_is_complete_and_unpaid_until_the_capture(
    stripe_client: Api, stripe_control: StripeControl, action: str, payment_status: str
) -> None:
    session = a_session(stripe_client, **MANUAL)

    held = stripe_control.pay_checkout(session.id)
    getattr(stripe_client.v1.payment_intents, action)(held["payment_intent"])

    assert (held["status"], held["payment_status"]) == ("complete", "unpaid")
    assert session_of(stripe_client, session).payment_status == payment_status
    assert all_events(stripe_client)[1:4] == [
        "charge.succeeded",
        "payment_intent.amount_capturable_updated",
        "checkout.session.completed",
    ]


@pytest.mark.parametrize(
    ("action", "params"), [("cancel", {}), ("confirm", {"payment_method": "pm_card_visa"}), ("update", {"amount": 100})]
)
def test_a_payment_intent_of_checkout_belongs_to_checkout(
    stripe_client: Api, stripe_control: StripeControl, action: str, params: dict[str, Any]
) -> None:
    intents, identifier = stripe_client.v1.payment_intents, a_paid_session(stripe_client, stripe_control, POOR).id

    with pytest.raises(stripe.InvalidRequestError) as refused:
        getattr(intents, action)(identifier, params)

    assert refused.value.http_status == 400
    assert intents.update(identifier, {"metadata": {"note": "1"}}).metadata["note"] == "1"


def test_an_expired_session_takes_its_payment_intent_along(stripe_client: Api, stripe_control: StripeControl) -> None:
    session = a_session(stripe_client)
    stripe_control.pay_checkout(session.id, CHALLENGED)

    stripe_client.v1.checkout.sessions.expire(session.id)

    assert intent_of(stripe_client, session).status == "canceled"
    assert all_events(stripe_client)[-2:] == ["payment_intent.canceled", "checkout.session.expired"]
    with pytest.raises(ControlError):
        stripe_control.pay_checkout(session.id)
