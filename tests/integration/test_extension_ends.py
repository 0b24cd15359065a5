"""The end of a chat that has been extended, or that is to be (H-10, H-15; design 4, the extension table)."""

from __future__ import annotations

import pytest

from payments.core.refusals import Code
from payments.domain.chat.records import CancelReason
from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.integration.extending import PERIOD, extended
from tests.integration.house import CONSULTANT, PAYER, House
from tests.integration.promise import check_promise
from tests.integration.refused import refused

ACTIVE, ENDED, READY = SessionStatus.ACTIVE, SessionStatus.ENDED, SessionStatus.READY
HELD, CAPTURED, CANCELED = HoldStatus.REQUIRES_CAPTURE, HoldStatus.CAPTURED, HoldStatus.CANCELED


# --- the chat ends early


@pytest.mark.parametrize("seconds", [-300, -1, 1, 45])
def test_a_chat_that_ends_before_its_extension_has_begun_never_charges_for_it(house: House, seconds: int) -> None:
    """Also within the minute after its planned start."""
    chat = extended(house)
    chat.reach(seconds=seconds)

    ended = house.end(chat.first)
    new = refused(house.create, chat.first.session_id)
    house.sweep()

    assert ended.payment == "captured"
    assert new is Code.BUSY
    assert chat.statuses == (ENDED, CAPTURED, CANCELED)
    assert house.intent(chat.second.id).amount_received == 0
    assert house.hold(chat.second.id).cancel_reason is CancelReason.UNUSED
    assert house.create(chat.first.session_id).hold.attempt == 3
    assert house.alerts() == []


def test_the_payers_capture_ends_an_extended_chat_and_lets_the_extension_go(house: House) -> None:
    """H-15."""
    chat = extended(house)

    captured = house.capture(chat.first)
    house.sweep()

    assert captured.amount_captured == 5000
    assert chat.statuses == (ENDED, CAPTURED, CANCELED)
    check_promise(house)


def test_a_chat_that_ends_after_its_extension_has_begun_is_charged_for_both(house: House) -> None:
    chat = extended(house)
    chat.reach(seconds=62)

    ended = house.end(chat.first)
    house.sweep()

    assert ended.payment == "captured"
    assert chat.statuses == (ENDED, CAPTURED, CAPTURED)
    check_promise(house)


@pytest.mark.parametrize("by", [PAYER, CONSULTANT])
def test_either_of_the_two_ends_an_extended_chat_whose_time_is_over(house: House, by: str) -> None:
    """Nobody, and no sweep, has come by since the first hold's end."""
    chat = extended(house)
    chat.reach(minutes=31)

    ended = house.end(chat.first, by)
    house.sweep()

    assert (ended.payment, ended.session.ended_by) == ("captured", by)
    assert chat.statuses == (ENDED, CAPTURED, CAPTURED)
    check_promise(house)


def test_an_extended_chat_that_nobody_looks_at_for_days_is_captured_twice_by_one_sweep(house: House) -> None:
    chat = extended(house)
    house.pass_time(hours=50)

    house.sweep()
    house.sweep()

    assert chat.statuses == (ENDED, CAPTURED, CAPTURED)
    assert house.hold(chat.first.id).ends_at == house.hold(chat.second.id).started_at == chat.ends
    check_promise(house)


@pytest.mark.parametrize("by", [PAYER, CONSULTANT])
def test_a_capture_of_the_first_hold_in_the_minute_of_grace_ends_nothing(house: House, by: str) -> None:
    """H-09: its own time is over, and the chat has run on."""
    chat = extended(house)
    chat.reach(seconds=20)

    house.capture(chat.first, by)

    assert chat.statuses == (ACTIVE, CAPTURED, HELD)
    house.sweep_for(1, every=0.05)
    assert chat.statuses == (ENDED, CAPTURED, CAPTURED)
    check_promise(house)


def test_an_extension_that_was_refused_at_its_capture_bars_the_next_attempt(house: House) -> None:
    chat = extended(house)
    chat.reach(minutes=2)
    house.sweep()
    house.control.fault("refuse", "POST", f"*/{chat.second.id}/capture", status=402, code="card_declined")

    ended = house.end(chat.first)

    assert ended.payment == "pending"
    assert refused(house.create, chat.first.session_id) is Code.PREVIOUS_UNPAID
    house.sweep_for(1, every=0.25)
    assert chat.statuses == (ENDED, CAPTURED, CAPTURED)
    check_promise(house)


# --- the chat ends while the extension is not paid yet


def test_an_extension_asked_for_after_the_end_and_before_the_sweep_waits_for_its_payment(house: House) -> None:
    first = house.started("s1")
    house.pass_time(minutes=31)
    created = house.create("s1")

    house.sweep()
    ended = house.session("s1")
    house.pay(created)
    house.deliver()

    assert (ended.status, ended.next_intent_id, ended.ended_by) == (ENDED, created.hold.id, "system")
    assert (house.session("s1").status, house.session("s1").attempt) == (READY, 2)
    assert house.hold(first.id).status is CAPTURED


def test_an_extension_paid_after_the_chats_end_makes_it_ready_again(house: House) -> None:
    """H-10: the same hold opens the next chat, with a clock of its own."""
    first = house.started("s1")
    created = house.create("s1")
    house.end(first)
    again = house.create("s1")

    house.pay(again)
    house.deliver()
    ready = house.session("s1")
    started = house.start(created.hold)
    house.end(created.hold)

    assert again.hold.id == created.hold.id
    assert (ready.status, ready.attempt, ready.intent_id, ready.expires_at) == (READY, 2, created.hold.id, None)
    assert started.expires_at is not None
    assert started.started_at is not None
    assert started.expires_at - started.started_at == PERIOD
    assert {hold.status for hold in house.holds().values()} == {CAPTURED}
    check_promise(house)


def test_an_extension_paid_after_the_end_and_never_used_is_released_at_72_hours(house: House) -> None:
    """H-11."""
    first = house.started("s1")
    created = house.create("s1")
    house.end(first)
    house.pay(created)
    house.deliver()

    house.sweep_for(71, every=10)
    until_then = house.hold(created.hold.id).status
    house.sweep_for(4, every=1)

    assert until_then is HELD
    assert (house.session("s1").status, house.hold(created.hold.id).status) == (SessionStatus.CANCELED, CANCELED)
    check_promise(house)


def test_an_extension_that_nobody_ever_pays_is_let_go_at_72_hours(house: House) -> None:
    """H-11."""
    house.started("s1")
    created = house.create("s1")

    house.sweep_for(74, every=0.5)

    assert house.intent(created.hold.id).status == "canceled"
    assert house.session("s1").status is ENDED
    assert house.create("s1").hold.attempt == 3


def test_an_unpaid_extension_canceled_after_the_end_frees_the_chat_for_the_next_attempt(house: House) -> None:
    first = house.started("s1")
    created = house.create("s1")
    house.end(first)

    house.cancel(created.hold)

    assert (house.session("s1").status, house.session("s1").next) == (ENDED, None)
    assert house.create("s1").hold.attempt == 3
