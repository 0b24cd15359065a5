"""The life of a hold, from the first call to the last."""

from __future__ import annotations

import pytest

from payments.chat import start_and_end
from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.integration.house import CONSULTANT, PAYER, House


def test_a_hold_is_made_paid_used_and_captured(house: House) -> None:
    """H-03, H-05, H-07 … H-09, H-15: from the first tap to the money."""
    created = house.create()
    house.pay(created)
    house.deliver()
    ready = house.session(created.hold.session_id)
    start_and_end.start(house.deps.chat, PAYER, ready.id)
    ended = start_and_end.end(house.deps.chat, PAYER, ready.id)

    assert ready.status is SessionStatus.READY
    assert ended.payment == "captured"
    hold = house.hold(created.hold.id)
    assert (hold.status, hold.amount_captured, hold.due_at) == (HoldStatus.CAPTURED, 5000, None)
    assert house.intent(hold.id).amount_received == 5000
    assert house.alerts() == []


def test_a_capture_asks_for_what_was_agreed_and_not_for_what_happens_to_be_held(house: House) -> None:
    """Design 6: a PaymentIntent that somebody has changed meanwhile would be charged as it is."""
    hold = house.started()

    house.capture(hold)

    [sent] = house.asked(f"{hold.id}/capture")
    assert int(sent["params"]["amount_to_capture"]) == hold.amount == 5000


def test_a_hold_is_canceled_by_its_button(house: House) -> None:
    """H-11."""
    hold = house.paid()

    house.cancel(hold)

    assert house.hold(hold.id).status is HoldStatus.CANCELED
    assert house.session(hold.session_id).status is SessionStatus.CANCELED
    assert house.intent(hold.id).status == "canceled"


def test_a_hold_nobody_uses_is_released_after_72_hours(house: House) -> None:
    """H-11, H-16."""
    hold = house.paid()

    house.pass_time(hours=71, minutes=59)
    early = house.sweep()
    house.pass_time(minutes=2)
    report = house.sweep()

    assert early.done == {}
    assert report.done == {"cancel: canceled": 1}
    assert house.intent(hold.id).cancellation_reason == "abandoned"
    assert house.session(hold.session_id).status is SessionStatus.CANCELED


def test_a_chat_nobody_ends_is_ended_and_captured_by_the_sweep(house: House) -> None:
    """H-09, H-10, H-17."""
    hold = house.started()

    house.pass_time(minutes=31)
    house.sweep()

    assert house.hold(hold.id).status is HoldStatus.CAPTURED
    session = house.session(hold.session_id)
    assert (session.status, session.ended_by) == (SessionStatus.ENDED, "system")


def test_a_call_that_is_repeated_answers_what_the_first_one_did(house: House) -> None:
    """Design 9: an app that lost the answer may ask again, also after the webhooks have come."""
    hold = house.paid("s1")
    first_start, again_start = house.start(hold), house.start(hold)
    first_end, first_capture = house.end(hold), house.capture(hold)
    house.deliver()
    again_end, again_capture = house.end(hold), house.capture(hold)
    unused = house.paid("s2")
    first_cancel = house.cancel(unused)
    house.deliver()
    again_cancel = house.cancel(unused)

    assert again_start == first_start
    assert (again_end.session, again_end.payment) == (first_end.session, first_end.payment)
    assert (again_capture.status, again_capture.captured_at) == (first_capture.status, first_capture.captured_at)
    assert (again_cancel.status, again_cancel.canceled_at) == (first_cancel.status, first_cancel.canceled_at)


@pytest.mark.parametrize("by", [PAYER, CONSULTANT])
def test_either_of_the_two_ends_a_chat_whose_time_is_over(house: House, by: str) -> None:
    """H-10."""
    hold = house.started()
    house.pass_time(minutes=31)

    ended = house.end(hold, by)

    assert (ended.payment, ended.session.ended_by) == ("captured", by)


def test_the_consultant_captures_a_chat_whose_time_is_over(house: House) -> None:
    """H-09."""
    hold = house.started()
    house.pass_time(minutes=31)

    captured = house.capture(hold, CONSULTANT)

    assert captured.status is HoldStatus.CAPTURED
    assert house.session(hold.session_id).status is SessionStatus.ENDED
