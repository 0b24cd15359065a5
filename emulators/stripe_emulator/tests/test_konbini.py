"""A payment that comes after the page is done: in cash at a convenience store, later or never."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stripe_emulator import ControlError
from support.checkout import DAY, SUCCESS_URL, a_session_with_konbini, intent_of, session_of
from support.payments import Api, all_events, charge_of

if TYPE_CHECKING:
    from stripe_emulator import StripeControl
    from support.receiver import Receiver

WAITING = ["payment_intent.created", "payment_intent.requires_action", "checkout.session.completed"]


def test_a_store_is_paid_after_the_page_and_each_event_shows_its_own_moment(
    stripe_client: Api, stripe_control: StripeControl, receiver: Receiver
) -> None:
    session = a_session_with_konbini(stripe_client)

    waiting = stripe_control.pay_checkout(session.id, method="konbini")
    intent = intent_of(stripe_client, session)
    stripe_control.settle_konbini(intent.id, "processing")
    stripe_control.settle_konbini(intent.id, "succeed")
    stripe_control.wait_webhooks()

    assert (waiting["status"], waiting["payment_status"], waiting["redirect"]) == ("complete", "unpaid", SUCCESS_URL)
    assert (intent.status, intent.latest_charge) == ("requires_action", None)
    assert intent.next_action
    assert intent.next_action.type == "konbini_display_details"
    assert session_of(stripe_client, session).payment_status == "paid"
    assert intent_of(stripe_client, session).amount_received == 5000
    ended = ["charge.succeeded", "payment_intent.succeeded", "checkout.session.async_payment_succeeded"]
    assert receiver.types == [*WAITING, "payment_intent.processing", *ended]
    shown = [each.event["data"]["object"].get("payment_status") for each in receiver.deliveries]
    assert shown == [None, None, "unpaid", None, None, None, "paid"]


@pytest.mark.parametrize("days", [None, 3, 10])
def test_a_store_that_is_never_paid_fails_the_payment(
    stripe_client: Api, stripe_control: StripeControl, days: int | None
) -> None:
    """The store says so, or the voucher's time is over: three days, or what the session says."""
    options = {"konbini": {"expires_after_days": days}} if days == 10 else None
    session = a_session_with_konbini(stripe_client, payment_method_options=options)
    identifier = stripe_control.pay_checkout(session.id, method="konbini")["payment_intent"]

    if days is None:
        stripe_control.settle_konbini(identifier, "fail")
    else:
        stripe_control.advance_clock(days * DAY - DAY)
        assert intent_of(stripe_client, session).status == "requires_action"
        stripe_control.advance_clock(DAY + 1)

    after, intent = session_of(stripe_client, session), intent_of(stripe_client, session)
    assert (after.status, after.payment_status, intent.status) == ("complete", "unpaid", "requires_payment_method")
    assert intent.last_payment_error
    assert intent.last_payment_error.code == "payment_intent_payment_attempt_expired"
    ended = ["payment_intent.payment_failed", "checkout.session.async_payment_failed"]
    assert all_events(stripe_client) == [*WAITING, *ended]


@pytest.mark.parametrize("outcome", ["succeed", "fail"])
def test_a_store_reports_once(stripe_client: Api, stripe_control: StripeControl, outcome: Any) -> None:
    session = a_session_with_konbini(stripe_client)
    identifier = stripe_control.pay_checkout(session.id, method="konbini")["payment_intent"]
    stripe_control.settle_konbini(identifier, outcome)
    told = all_events(stripe_client)

    with pytest.raises(ControlError):
        stripe_control.settle_konbini(identifier, "succeed")
    stripe_control.advance_clock(4 * DAY)

    assert all_events(stripe_client) == told


def test_cash_goes_back_by_bank_transfer_and_is_not_disputed(stripe_client: Api, stripe_control: StripeControl) -> None:
    session = a_session_with_konbini(stripe_client)
    identifier = stripe_control.pay_checkout(session.id, method="konbini")["payment_intent"]
    stripe_control.settle_konbini(identifier, "succeed")

    made = stripe_client.v1.refunds.create({"payment_intent": identifier})
    stripe_control.settle_refund(made.id, "succeeded")

    assert made.status == "requires_action"
    assert stripe_client.v1.refunds.retrieve(made.id).status == "succeeded"
    with pytest.raises(ControlError):
        stripe_control.dispute(charge_of(stripe_client, intent_of(stripe_client, session)).id)
