"""The life of a hold, from the first call to the last."""

from __future__ import annotations

from payments import sessions
from payments.domain.records import Hold
from payments.domain.states import HoldStatus, SessionStatus
from tests.integration.house import CONSULTANT, PAYER, House


def test_a_hold_is_made_paid_used_and_captured(house: House) -> None:
    """H-03, H-05, H-07 … H-09, H-15: from the first tap to the money."""
    created = house.create()
    house.pay(created)
    house.deliver()
    ready = house.session(created.hold.session_id)
    sessions.start(house.deps, PAYER, ready.id)
    ended = sessions.end(house.deps, PAYER, ready.id)

    assert ready.status is SessionStatus.READY
    assert ended.payment == "captured"
    hold = house.hold(created.hold.id)
    assert (hold.status, hold.amount_captured, hold.due_at) == (HoldStatus.CAPTURED, 5000, None)
    assert house.intent(hold.id).amount_received == 5000
    assert house.alerts() == []


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
