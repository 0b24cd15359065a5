"""Hands in Stripe's dashboard (design 4: facts are never refused)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from payments.core.refusals import Code
from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.integration.deployment import Deployment
from tests.integration.promise import check_promise
from tests.integration.refused import claimed_cancel, refused


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


def test_a_hold_canceled_by_hand_unheard_is_noticed_by_a_start_after_an_hour(deployment: Deployment) -> None:
    """Design 4: START trusts what it has been told for an hour."""
    hold = deployment.paid()
    deployment.sdk.v1.payment_intents.cancel(hold.id)
    deployment.clock.ahead += timedelta(hours=1, minutes=1)

    code = refused(deployment.start, hold)

    assert code is Code.NOT_PAID
    assert deployment.session(hold.session_id).status is SessionStatus.CANCELED
