"""Hands in Stripe's dashboard, and words of Stripe's that come too late (design 4: facts are never refused)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from payments.core.refusals import Code
from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.integration.house import House
from tests.integration.promise import check_promise
from tests.integration.refused import claimed_cancel, refused


def test_a_hold_captured_by_hand_opens_its_chat_and_is_not_charged_again(house: House) -> None:
    hold = house.paid()
    house.sdk.v1.payment_intents.capture(hold.id)
    house.deliver()

    house.start(hold)
    ended = house.end(hold)

    assert ended.payment == "captured"
    assert len(house.asked("/capture", effect=True)) == 1
    assert house.hold(hold.id).amount_captured == 5000


def test_a_hold_captured_by_hand_whose_chat_never_starts_is_raised_to_a_person(house: House) -> None:
    """The promise: no one is charged for a chat that did not start; nobody else could give the money back."""
    hold = house.paid()
    house.sdk.v1.payment_intents.capture(hold.id)
    house.deliver()

    house.sweep_for(80, every=8)

    assert house.alerts() == ["captured_unused"]


def test_a_hold_captured_by_hand_after_its_cancel_was_claimed_is_raised_or_used(house: House) -> None:
    hold = claimed_cancel(house)
    house.sdk.v1.payment_intents.capture(hold.id)

    house.sweep_for(80, every=8)

    assert house.hold(hold.id).status is HoldStatus.CAPTURED
    check_promise(house)


@pytest.mark.parametrize("is_heard_at_once", [True, False])
def test_a_hold_captured_by_hand_and_refunded_unused_bars_nobody_from_the_chat(
    house: House, *, is_heard_at_once: bool
) -> None:
    """What the alert asks for is done: the money is back, so the chat is to be paid for again, in the same room."""
    hold = house.paid("s1")
    house.sdk.v1.payment_intents.capture(hold.id)
    if is_heard_at_once:
        house.deliver()
    house.sdk.v1.refunds.create({"payment_intent": hold.id})
    house.deliver()

    start = refused(house.start, hold)
    again = house.started("s1")

    assert start is Code.NOT_PAID
    assert (again.attempt, again.session_id) == (2, "s1")
    house.end(again)
    check_promise(house)


def test_a_hold_captured_by_hand_and_refunded_in_part_can_still_be_used(house: House) -> None:
    hold = house.paid("s1")
    house.sdk.v1.payment_intents.capture(hold.id)
    house.deliver()
    house.sdk.v1.refunds.create({"payment_intent": hold.id, "amount": 1000})
    house.deliver()

    house.start(hold)

    assert house.session("s1").status is SessionStatus.ACTIVE


def test_a_part_captured_by_hand_is_recorded_as_it_is_and_raised(house: House) -> None:
    hold = house.started()
    house.sdk.v1.payment_intents.capture(hold.id, {"amount_to_capture": 3000})

    house.deliver()
    house.end(hold)

    assert (house.hold(hold.id).status, house.hold(hold.id).amount_captured) == (HoldStatus.CAPTURED, 3000)
    assert house.alerts() == ["amount_differs"]
    check_promise(house)


def test_a_hold_canceled_by_hand_under_a_chat_is_raised(house: House) -> None:
    hold = house.started()
    house.sdk.v1.payment_intents.cancel(hold.id)

    house.deliver()

    assert house.session(hold.session_id).status is SessionStatus.ENDED
    assert house.alerts() == ["used_but_unpaid"]
    check_promise(house)


def test_a_hold_canceled_by_hand_unheard_is_noticed_by_a_start_after_an_hour(house: House) -> None:
    """Design 4: START trusts what it has been told for an hour."""
    hold = house.paid()
    house.sdk.v1.payment_intents.cancel(hold.id)
    house.clock.ahead += timedelta(hours=1, minutes=1)

    code = refused(house.start, hold)

    assert code is Code.NOT_PAID
    assert house.session(hold.session_id).status is SessionStatus.CANCELED


def test_a_late_word_of_a_payment_on_a_released_hold_is_looked_into_and_changes_nothing(house: House) -> None:
    """Out of order: the release is heard of before the authorization."""
    created = house.create()
    house.pay(created)
    house.cancel(created.hold)
    house.deliver(lambda e: e["type"] == "payment_intent.canceled")

    house.deliver()
    house.sweep()

    assert house.hold(created.hold.id).status is HoldStatus.CANCELED
    assert house.session(created.hold.session_id).status is SessionStatus.CANCELED
    check_promise(house)
