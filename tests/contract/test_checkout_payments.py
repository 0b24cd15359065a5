"""What becomes of a Checkout Session: paid, declined, challenged, captured later, or expired."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import stripe

from stripe_emulator import ControlError
from tests.contract.builders import an_intent, charge_of
from tests.contract.checkout_builders import (
    CHALLENGED,
    DAY,
    MANUAL,
    ON_REQUEST,
    SUCCESS_URL,
    a_session,
    all_events,
    intent_of,
    session_of,
)

if TYPE_CHECKING:
    from stripe_emulator import StripeControl
    from tests.contract.receiver import Receiver

PAID = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]


def test_a_paid_session_is_complete(emulated_api: stripe.StripeClient, stripe_control: StripeControl) -> None:
    """TC-001"""
    session = a_session(emulated_api)

    paid = stripe_control.pay_checkout(session.id)

    after, intent = session_of(emulated_api, session), intent_of(emulated_api, session)
    assert (paid["status"], paid["error"], paid["redirect"]) == ("complete", None, SUCCESS_URL)
    assert (after.status, after.payment_status, after.url) == ("complete", "paid", None)
    assert (intent.status, intent.amount, intent.currency, intent.amount_received) == ("succeeded", 5000, "jpy", 5000)
    assert (charge_of(emulated_api, intent).status, charge_of(emulated_api, intent).captured) == ("succeeded", True)
    assert all_events(emulated_api) == PAID


def test_the_metadata_of_the_session_is_not_copied_to_its_payment_intent(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl
) -> None:
    session = a_session(emulated_api, metadata={"a": "1"}, payment_intent_data={"metadata": {"b": "2"}})

    stripe_control.pay_checkout(session.id)

    intent = intent_of(emulated_api, session)
    assert session_of(emulated_api, session).to_dict()["metadata"] == {"a": "1"}
    assert intent.metadata.to_dict() == {"b": "2"}
    assert charge_of(emulated_api, intent).metadata.to_dict() == {"b": "2"}


def test_what_the_customer_typed_is_told(emulated_api: stripe.StripeClient, stripe_control: StripeControl) -> None:
    session = a_session(emulated_api)

    stripe_control.pay_checkout(session.id, email="hanako@example.com", name="Hanako")

    details = session_of(emulated_api, session).customer_details
    billing = charge_of(emulated_api, intent_of(emulated_api, session)).billing_details
    assert details
    assert (details.email, details.name) == ("hanako@example.com", "Hanako")
    assert (billing.email, billing.name) == ("hanako@example.com", "Hanako")


def test_the_place_for_the_sessions_id_in_the_success_url_is_filled(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl
) -> None:
    session = a_session(emulated_api, success_url="https://example.com/s?id={CHECKOUT_SESSION_ID}&o=1")

    paid = stripe_control.pay_checkout(session.id)

    assert paid["redirect"] == f"https://example.com/s?id={session.id}&o=1"
    assert session.success_url == "https://example.com/s?id={CHECKOUT_SESSION_ID}&o=1"


def test_a_declined_session_stays_open_and_is_paid_with_the_same_payment_intent(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl
) -> None:
    """TC-004, TC-014"""
    session = a_session(emulated_api)

    declined = stripe_control.pay_checkout(session.id, "4000000000009995")
    between = intent_of(emulated_api, session)
    paid = stripe_control.pay_checkout(session.id)

    assert (declined["status"], declined["payment_status"], declined["redirect"]) == ("open", "unpaid", None)
    assert declined["error"]["decline_code"] == "insufficient_funds"
    assert between.status == "requires_payment_method"
    assert (paid["payment_intent"], paid["status"]) == (between.id, "complete")
    assert all_events(emulated_api) == [PAID[0], "charge.failed", "payment_intent.payment_failed", *PAID[1:]]


def test_a_failed_challenge_leaves_the_session_open(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl
) -> None:
    """TC-003"""
    session = a_session(emulated_api)

    failed = stripe_control.pay_checkout(session.id, CHALLENGED, authenticate="fail")

    assert (failed["status"], failed["error"]["code"]) == ("open", "payment_intent_authentication_failure")
    assert intent_of(emulated_api, session).status == "requires_payment_method"
    assert all_events(emulated_api)[1:] == ["payment_intent.requires_action", "payment_intent.payment_failed"]


def test_a_challenge_that_is_passed_later_completes_the_session(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl
) -> None:
    """TC-002"""
    session = a_session(emulated_api)
    waiting = stripe_control.pay_checkout(session.id, CHALLENGED)

    stripe_control.authenticate(waiting["payment_intent"], "succeed")

    assert waiting["status"] == "open"
    assert session_of(emulated_api, session).payment_status == "paid"
    assert all_events(emulated_api) == [PAID[0], "payment_intent.requires_action", *PAID[1:]]


def test_a_card_that_only_supports_3d_secure_just_pays(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl
) -> None:
    """TC-003's card without the Radar rule."""
    assert stripe_control.pay_checkout(a_session(emulated_api).id, ON_REQUEST)["status"] == "complete"


@pytest.mark.parametrize("asked_by", ["a Radar rule", "the session"])
def test_a_card_that_supports_3d_secure_is_challenged_where_that_is_asked_for(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl, asked_by: str
) -> None:
    """TC-003's card with the Radar rule, or with `request_three_d_secure`."""
    options = {"card": {"request_three_d_secure": "any"}} if asked_by == "the session" else None
    session = a_session(emulated_api, payment_method_options=options)
    stripe_control.settings(request_three_d_secure=asked_by == "a Radar rule")

    failed = stripe_control.pay_checkout(session.id, ON_REQUEST, authenticate="fail")
    plain = stripe_control.pay_checkout(a_session(emulated_api, client_reference_id="o2").id)

    assert failed["error"]["code"] == "payment_intent_authentication_failure"
    assert plain["status"] == "complete"


def test_the_radar_rule_is_for_holds_too(emulated_api: stripe.StripeClient, stripe_control: StripeControl) -> None:
    stripe_control.settings(request_three_d_secure=True)
    intent = an_intent(emulated_api)

    assert stripe_control.pay(intent.client_secret or "", ON_REQUEST)["status"] == "requires_action"


def test_a_manual_session_is_complete_and_unpaid_until_the_capture(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl
) -> None:
    session = a_session(emulated_api, **MANUAL)

    held = stripe_control.pay_checkout(session.id)
    emulated_api.v1.payment_intents.capture(held["payment_intent"])

    assert (held["status"], held["payment_status"]) == ("complete", "unpaid")
    assert session_of(emulated_api, session).payment_status == "paid"
    assert all_events(emulated_api) == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.amount_capturable_updated",
        "checkout.session.completed",
        "charge.captured",
        "payment_intent.succeeded",
    ]


def test_a_manual_session_can_be_let_go_of(emulated_api: stripe.StripeClient, stripe_control: StripeControl) -> None:
    session = a_session(emulated_api, **MANUAL)
    held = stripe_control.pay_checkout(session.id)

    canceled = emulated_api.v1.payment_intents.cancel(held["payment_intent"])

    assert canceled.status == "canceled"
    assert session_of(emulated_api, session).payment_status == "unpaid"


@pytest.mark.parametrize("action", ["cancel", "confirm", "update"])
def test_a_payment_intent_of_checkout_belongs_to_checkout(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl, action: str
) -> None:
    identifier = stripe_control.pay_checkout(a_session(emulated_api).id, "4000000000000002")["payment_intent"]
    params: dict[str, dict[str, Any]] = {
        "cancel": {},
        "confirm": {"payment_method": "pm_card_visa"},
        "update": {"amount": 100},
    }

    with pytest.raises(stripe.InvalidRequestError) as refused:
        getattr(emulated_api.v1.payment_intents, action)(identifier, params[action])

    assert refused.value.http_status == 400
    assert emulated_api.v1.payment_intents.update(identifier, {"metadata": {"note": "1"}}).metadata["note"] == "1"


def test_an_expired_session_takes_its_payment_intent_along(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl
) -> None:
    session = a_session(emulated_api)
    stripe_control.pay_checkout(session.id, CHALLENGED)

    emulated_api.v1.checkout.sessions.expire(session.id)

    assert intent_of(emulated_api, session).status == "canceled"
    assert all_events(emulated_api)[-2:] == ["payment_intent.canceled", "checkout.session.expired"]
    with pytest.raises(ControlError):
        stripe_control.pay_checkout(session.id)


def test_a_complete_session_neither_expires_nor_is_paid_again(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl
) -> None:
    session = a_session(emulated_api)
    stripe_control.pay_checkout(session.id)

    stripe_control.advance_clock(2 * DAY)
    with pytest.raises(stripe.InvalidRequestError):
        emulated_api.v1.checkout.sessions.expire(session.id)
    with pytest.raises(ControlError):
        stripe_control.pay_checkout(session.id)

    assert session_of(emulated_api, session).status == "complete"
    assert all_events(emulated_api) == PAID


def test_the_events_of_checkout_are_delivered_like_all_others(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl, receiver: Receiver
) -> None:
    """Held, doubled, in another order (TC-008)."""
    stripe_control.webhooks(mode="hold", duplicate=2)
    stripe_control.pay_checkout(a_session(emulated_api).id)
    held = stripe_control.held_webhooks()

    stripe_control.flush_webhooks(order=[each["id"] for each in reversed(held)])

    assert [each["type"] for each in held] == PAID
    assert receiver.types == [each for each in reversed(PAID) for _ in range(2)]
