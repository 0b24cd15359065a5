"""A payment that comes after the page is done: in cash at a convenience store, later or never."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import stripe

from stripe_emulator import ControlError
from tests.contract.builders import charge_of
from tests.contract.checkout_builders import (
    DAY,
    SUCCESS_URL,
    a_session,
    a_session_with_konbini,
    all_events,
    intent_of,
    session_of,
)

if TYPE_CHECKING:
    from stripe_emulator import StripeControl
    from tests.contract.receiver import Receiver


def test_a_store_is_paid_after_the_page(emulated_api: stripe.StripeClient, stripe_control: StripeControl) -> None:
    session = a_session_with_konbini(emulated_api)

    waiting = stripe_control.pay_checkout(session.id, method="konbini")
    intent = intent_of(emulated_api, session)
    stripe_control.settle_konbini(intent.id, "succeed")

    assert (waiting["status"], waiting["payment_status"], waiting["redirect"]) == ("complete", "unpaid", SUCCESS_URL)
    assert (intent.status, intent.latest_charge) == ("requires_action", None)
    assert intent.next_action
    assert intent.next_action.type == "konbini_display_details"
    assert session_of(emulated_api, session).payment_status == "paid"
    assert intent_of(emulated_api, session).amount_received == 5000
    assert all_events(emulated_api) == [
        "payment_intent.created",
        "payment_intent.requires_action",
        "checkout.session.completed",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.async_payment_succeeded",
    ]


def test_a_store_can_take_its_time(emulated_api: stripe.StripeClient, stripe_control: StripeControl) -> None:
    intent = stripe_control.pay_checkout(a_session_with_konbini(emulated_api).id, method="konbini")["payment_intent"]

    processing = stripe_control.settle_konbini(intent, "processing")["status"]
    paid = stripe_control.settle_konbini(intent, "succeed")["status"]

    assert (processing, paid) == ("processing", "succeeded")
    assert "payment_intent.processing" in all_events(emulated_api)


@pytest.mark.parametrize("ending", ["told", "by the clock"])
def test_a_store_that_is_never_paid_fails_the_payment(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl, ending: str
) -> None:
    session = a_session_with_konbini(emulated_api)
    identifier = stripe_control.pay_checkout(session.id, method="konbini")["payment_intent"]

    if ending == "told":
        stripe_control.settle_konbini(identifier, "fail")
    else:
        stripe_control.advance_clock(3 * DAY + 1)

    after, intent = session_of(emulated_api, session), intent_of(emulated_api, session)
    assert (after.status, after.payment_status, intent.status) == ("complete", "unpaid", "requires_payment_method")
    assert intent.last_payment_error
    assert intent.last_payment_error.code == "payment_intent_payment_attempt_expired"
    assert all_events(emulated_api)[-2:] == ["payment_intent.payment_failed", "checkout.session.async_payment_failed"]


def test_a_voucher_lasts_as_long_as_the_session_says(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl
) -> None:
    options = {"konbini": {"expires_after_days": 10}}
    session = a_session_with_konbini(emulated_api, payment_method_options=options)
    stripe_control.pay_checkout(session.id, method="konbini")

    stripe_control.advance_clock(9 * DAY)

    assert intent_of(emulated_api, session).status == "requires_action"


@pytest.mark.parametrize("outcome", ["succeed", "fail"])
def test_a_store_reports_once(emulated_api: stripe.StripeClient, stripe_control: StripeControl, outcome: Any) -> None:
    identifier = stripe_control.pay_checkout(a_session_with_konbini(emulated_api).id, method="konbini")[
        "payment_intent"
    ]
    stripe_control.settle_konbini(identifier, outcome)

    with pytest.raises(ControlError):
        stripe_control.settle_konbini(identifier, "succeed")

    stripe_control.advance_clock(4 * DAY)
    assert len(all_events(emulated_api)) == (6 if outcome == "succeed" else 5)


def test_a_session_sells_only_by_what_it_offers(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl
) -> None:
    with pytest.raises(ControlError):
        stripe_control.pay_checkout(a_session(emulated_api).id, method="konbini")


def test_cash_goes_back_by_bank_transfer(emulated_api: stripe.StripeClient, stripe_control: StripeControl) -> None:
    session = a_session_with_konbini(emulated_api)
    identifier = stripe_control.pay_checkout(session.id, method="konbini")["payment_intent"]
    stripe_control.settle_konbini(identifier, "succeed")

    made = emulated_api.v1.refunds.create({"payment_intent": identifier})
    stripe_control.settle_refund(made.id, "succeeded")

    assert made.status == "requires_action"
    assert emulated_api.v1.refunds.retrieve(made.id).status == "succeeded"
    with pytest.raises(ControlError):
        stripe_control.dispute(charge_of(emulated_api, intent_of(emulated_api, session)).id)


def test_a_snapshot_shows_the_session_as_it_was(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl, receiver: Receiver
) -> None:
    intent = stripe_control.pay_checkout(a_session_with_konbini(emulated_api).id, method="konbini")["payment_intent"]
    stripe_control.settle_konbini(intent, "succeed")
    stripe_control.wait_webhooks()

    shown = {
        each.event["type"]: each.event["data"]["object"]["payment_status"]
        for each in receiver.deliveries
        if each.event["type"].startswith("checkout.")
    }
    assert shown == {"checkout.session.completed": "unpaid", "checkout.session.async_payment_succeeded": "paid"}
