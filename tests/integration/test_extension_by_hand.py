"""Extensions that somebody changes, captures or refunds in Stripe's dashboard (design 4: facts are never refused)."""

from __future__ import annotations

import pytest

from payments.core.refusals import Code
from payments.domain.chat.records import CancelReason
from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.integration.deployment import Deployment
from tests.integration.extending import PERIOD, clock_of, extended
from tests.integration.promise import check_promise
from tests.integration.refused import claimed_cancel_of_extension, refused

ACTIVE, ENDED, READY = SessionStatus.ACTIVE, SessionStatus.ENDED, SessionStatus.READY
HELD, CAPTURED, CANCELED = HoldStatus.REQUIRES_CAPTURE, HoldStatus.CAPTURED, HoldStatus.CANCELED


def test_an_extension_whose_amount_was_changed_moves_no_clock_and_is_let_go(deployment: Deployment) -> None:
    """Design 4: an authorization that differs is never good; the running chat has nothing to do with it."""
    first = deployment.started("s1")
    ends = clock_of(deployment, first)
    created = deployment.create("s1")
    deployment.sdk.v1.payment_intents.update(created.hold.id, {"amount": 50})
    deployment.pay(created)

    deployment.deliver()
    moved_to = clock_of(deployment, first)
    deployment.sweep_for(1, every=0.25)

    assert moved_to == ends
    assert deployment.hold(created.hold.id).cancel_reason is CancelReason.DIFFERS
    assert deployment.intent(created.hold.id).status == "canceled"
    assert deployment.hold(first.id).status is CAPTURED
    assert deployment.alerts_by_intent() == {created.hold.id: {"amount_differs"}}
    check_promise(deployment)


def test_an_extension_found_to_differ_once_it_is_paid_gives_its_time_back(deployment: Deployment) -> None:
    chat = extended(deployment)
    [held] = [
        e
        for e in deployment.events()
        if e["type"] == "payment_intent.amount_capturable_updated" and e["data"]["object"]["id"] == chat.second.id
    ]
    other = {**held, "id": "evt_other", "data": {"object": {**held["data"]["object"], "currency": "usd"}}}

    deployment.receive(other)
    moved_to = clock_of(deployment, chat.first)
    deployment.sweep()

    assert moved_to == chat.ends
    assert chat.statuses == (ACTIVE, HELD, CANCELED)
    assert deployment.alerts() == ["amount_differs"]


@pytest.mark.parametrize("amount", [5000, 3000])
@pytest.mark.parametrize("is_heard", [True, False])
def test_an_extension_captured_by_hand_begins_and_is_charged_once(
    deployment: Deployment, amount: int, *, is_heard: bool
) -> None:
    first = deployment.started("s1")
    ends = clock_of(deployment, first)
    created = deployment.create("s1")
    deployment.pay(created)
    if is_heard:
        deployment.deliver()
    deployment.sdk.v1.payment_intents.capture(created.hold.id, {"amount_to_capture": amount})

    deployment.deliver()
    cancel = refused(deployment.cancel, created.hold)
    moved_to = clock_of(deployment, first)
    deployment.sweep_for(2, every=0.05)

    assert cancel is Code.ALREADY_CAPTURED
    assert moved_to == ends + PERIOD
    second = deployment.hold(created.hold.id)
    assert (second.started_at, second.ends_at, second.amount_captured) == (ends, ends + PERIOD, amount)
    assert deployment.session("s1").status is ENDED
    assert len(deployment.asked(f"{second.id}/capture", effect=True)) == 1
    assert set(deployment.alerts()) == {"captured_unused"} | ({"amount_differs"} if amount < 5000 else set())
    check_promise(deployment)


@pytest.mark.parametrize("is_captured_first", [True, False])
def test_an_extension_captured_by_hand_is_not_lost_when_the_chat_ends_early(
    deployment: Deployment, *, is_captured_first: bool
) -> None:
    """Nothing paid for is lost: it opens the next chat, and a person has been told."""
    chat = extended(deployment)
    if not is_captured_first:
        deployment.end(chat.first)
    deployment.sdk.v1.payment_intents.capture(chat.second.id)
    deployment.deliver()
    if is_captured_first:
        deployment.end(chat.first)

    deployment.sweep()
    ready = chat.session
    deployment.start(chat.second)
    ended = deployment.end(chat.second)

    assert (ready.status, ready.attempt, ready.intent_id) == (READY, 2, chat.second.id)
    assert ended.payment == "captured"
    assert chat.statuses == (ENDED, CAPTURED, CAPTURED)
    assert deployment.alerts() == ["captured_unused"]
    check_promise(deployment)


def test_an_extension_captured_by_hand_while_its_cancel_is_claimed_extends_the_chat_after_all(
    deployment: Deployment,
) -> None:
    second = claimed_cancel_of_extension(deployment, "s1")
    ends = deployment.session("s1").expires_at
    deployment.sdk.v1.payment_intents.capture(second.id)

    deployment.deliver()

    assert ends is not None
    assert deployment.session("s1").expires_at == ends + PERIOD
    deployment.sweep_for(2, every=0.05)
    assert deployment.hold(second.id).started_at == ends
    check_promise(deployment)


def test_an_extension_captured_by_hand_and_refunded_before_its_time_gives_it_back(deployment: Deployment) -> None:
    """Nobody talks on in time that has been paid back."""
    chat = extended(deployment)
    deployment.sdk.v1.payment_intents.capture(chat.second.id)
    deployment.deliver()

    deployment.sdk.v1.refunds.create({"payment_intent": chat.second.id})
    deployment.deliver()

    assert clock_of(deployment, chat.first) == chat.ends
    chat.reach(minutes=2)
    deployment.sweep()
    assert chat.statuses == (ENDED, CAPTURED, CAPTURED)
    assert deployment.hold(chat.second.id).started_at is None
    check_promise(deployment)


def test_an_extension_captured_by_hand_and_refunded_after_the_end_bars_nobody_from_the_chat(
    deployment: Deployment,
) -> None:
    chat = extended(deployment)
    deployment.end(chat.first)
    deployment.sdk.v1.payment_intents.capture(chat.second.id)
    deployment.deliver()

    deployment.sdk.v1.refunds.create({"payment_intent": chat.second.id})
    deployment.deliver()
    again = deployment.paid(chat.first.session_id)

    assert again.attempt == 3
    assert chat.session.status is READY


def test_a_refund_of_the_first_hold_leaves_the_extended_chat_alone(deployment: Deployment) -> None:
    chat = extended(deployment)
    chat.reach(minutes=2)
    deployment.sweep()

    deployment.sdk.v1.refunds.create({"payment_intent": chat.first.id, "amount": 1000})
    deployment.deliver()

    assert chat.statuses == (ACTIVE, CAPTURED, HELD)
    assert deployment.hold(chat.first.id).refunded_total == 1000
    assert (chat.session.intent_id, chat.session.expires_at) == (chat.second.id, chat.ends + PERIOD)
