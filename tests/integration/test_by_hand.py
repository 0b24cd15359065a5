"""Hands in Stripe's dashboard, and words of Stripe's that come too late (design 4: facts are never refused)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from payments.core.refusals import Code
from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.integration.deployment import Deployment
from tests.integration.promise import check_promise
from tests.integration.refused import claimed_cancel, refused


def test_a_hold_captured_by_hand_opens_its_chat_and_is_not_charged_again(deployment: Deployment) -> None:
    hold = deployment.paid()
    deployment.sdk.v1.payment_intents.capture(hold.id)
    deployment.deliver()

    deployment.start(hold)
    ended = deployment.end(hold)

    assert ended.payment == "captured"
    assert len(deployment.asked("/capture", effect=True)) == 1
    assert deployment.hold(hold.id).amount_captured == 5000


def test_a_hold_captured_by_hand_whose_chat_never_starts_is_raised_to_a_person(deployment: Deployment) -> None:
    """The promise: no one is charged for a chat that did not start; nobody else could give the money back."""
    hold = deployment.paid()
    deployment.sdk.v1.payment_intents.capture(hold.id)
    deployment.deliver()

    deployment.sweep_for(80, every=8)

    assert deployment.alerts() == ["captured_unused"]


def test_a_hold_captured_by_hand_after_its_cancel_was_claimed_is_raised_or_used(deployment: Deployment) -> None:
    hold = claimed_cancel(deployment)
    deployment.sdk.v1.payment_intents.capture(hold.id)

    deployment.sweep_for(80, every=8)

    assert deployment.hold(hold.id).status is HoldStatus.CAPTURED
    check_promise(deployment)


@pytest.mark.parametrize("is_heard_at_once", [True, False])
def test_a_hold_captured_by_hand_and_refunded_unused_bars_nobody_from_the_chat(
    deployment: Deployment, *, is_heard_at_once: bool
) -> None:
    """What the alert asks for is done: the money is back, so the chat is to be paid for again, in the same room."""
    hold = deployment.paid("s1")
    deployment.sdk.v1.payment_intents.capture(hold.id)
    if is_heard_at_once:
        deployment.deliver()
    deployment.sdk.v1.refunds.create({"payment_intent": hold.id})
    deployment.deliver()

    start = refused(deployment.start, hold)
    again = deployment.started("s1")

    assert start is Code.NOT_PAID
    assert (again.attempt, again.session_id) == (2, "s1")
    deployment.end(again)
    check_promise(deployment)


def test_a_hold_captured_by_hand_and_refunded_in_part_can_still_be_used(deployment: Deployment) -> None:
    hold = deployment.paid("s1")
    deployment.sdk.v1.payment_intents.capture(hold.id)
    deployment.deliver()
    deployment.sdk.v1.refunds.create({"payment_intent": hold.id, "amount": 1000})
    deployment.deliver()

    deployment.start(hold)

    assert deployment.session("s1").status is SessionStatus.ACTIVE


def test_a_part_captured_by_hand_is_recorded_as_it_is_and_raised(deployment: Deployment) -> None:
    hold = deployment.started()
    deployment.sdk.v1.payment_intents.capture(hold.id, {"amount_to_capture": 3000})

    deployment.deliver()
    deployment.end(hold)

    assert (deployment.hold(hold.id).status, deployment.hold(hold.id).amount_captured) == (HoldStatus.CAPTURED, 3000)
    assert deployment.alerts() == ["amount_differs"]
    check_promise(deployment)


def test_a_hold_canceled_by_hand_under_a_chat_is_raised(deployment: Deployment) -> None:
    hold = deployment.started()
    deployment.sdk.v1.payment_intents.cancel(hold.id)

    deployment.deliver()

    assert deployment.session(hold.session_id).status is SessionStatus.ENDED
    assert deployment.alerts() == ["used_but_unpaid"]
    check_promise(deployment)


def test_a_hold_canceled_by_hand_unheard_is_noticed_by_a_start_after_an_hour(deployment: Deployment) -> None:
    """Design 4: START trusts what it has been told for an hour."""
    hold = deployment.paid()
    deployment.sdk.v1.payment_intents.cancel(hold.id)
    deployment.clock.ahead += timedelta(hours=1, minutes=1)

    code = refused(deployment.start, hold)

    assert code is Code.NOT_PAID
    assert deployment.session(hold.session_id).status is SessionStatus.CANCELED


def test_a_late_word_of_a_payment_on_a_released_hold_is_looked_into_and_changes_nothing(deployment: Deployment) -> None:
    """Out of order: the release is heard of before the authorization."""
    created = deployment.create()
    deployment.pay(created)
    deployment.cancel(created.hold)
    deployment.deliver(lambda e: e["type"] == "payment_intent.canceled")

    deployment.deliver()
    deployment.sweep()

    assert deployment.hold(created.hold.id).status is HoldStatus.CANCELED
    assert deployment.session(created.hold.session_id).status is SessionStatus.CANCELED
    check_promise(deployment)
