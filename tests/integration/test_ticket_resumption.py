"""A chat goes on in the same room by either door (H-10), and what is left of the one before does no harm."""

from __future__ import annotations

from datetime import timedelta

import pytest

from payments.chat import hold_card
from payments.domain.chat.records import CancelReason, Source
from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.integration.door import (
    ANOTHER_CODE,
    CODE,
    issued,
    redeem,
    redemptions,
    remaining,
)
from tests.integration.house import GOOD_CARD, House
from tests.integration.promise import check_promise
from tests.integration.refused import break_stripe
from tests.integration.wire import Killed, Wire


def test_a_tickets_chat_goes_on_with_another_ticket_in_the_same_room(house: House) -> None:
    """H-10."""
    issued(house, minutes=10)
    issued(house, ANOTHER_CODE, minutes=20)
    house.end(house.start(redeem(house, CODE)))

    again = redeem(house, ANOTHER_CODE)
    running = house.start(again)

    assert (again.id, again.attempt, again.status) == ("s1", 2, SessionStatus.READY)
    assert (again.started_at, again.expires_at, again.ended_at, again.ended_by) == (None, None, None, None)
    assert running.started_at is not None
    assert running.expires_at == running.started_at + timedelta(minutes=20)
    assert {name: r["code"] for name, r in redemptions(house).items()} == {"s1:1": CODE, "s1:2": ANOTHER_CODE}


def test_a_code_with_two_uses_is_good_for_the_same_room_twice(house: House) -> None:
    """H-10: after the end the same code is a new redemption, not a repeat of the old one."""
    issued(house, remaining=2)
    house.end(house.start(redeem(house, CODE)))

    again = redeem(house, CODE)

    assert (again.attempt, again.status, remaining(house)) == (2, SessionStatus.READY, 0)


def test_a_tickets_chat_goes_on_with_a_hold_in_the_same_room(house: House) -> None:
    """H-10: attempt 2, paid, with a new clock."""
    issued(house)
    house.end(house.start(redeem(house, CODE)))

    hold = house.started("s1")
    ended = house.end(hold)

    session = house.session("s1")
    assert (session.attempt, session.source, session.intent_id) == (2, Source.PAYMENT, hold.id)
    assert (hold.attempt, session.amount, ended.payment) == (2, 5000, "captured")
    assert list(redemptions(house)) == ["s1:1"]
    check_promise(house)


def test_a_paid_chat_goes_on_with_a_ticket_in_the_same_room(house: House) -> None:
    """H-10: the hold of the first half is captured, the second half costs nothing."""
    issued(house, minutes=20)
    hold = house.started("s1")
    house.end(hold)
    house.control.clear_requests()

    again = redeem(house, CODE)
    running = house.start(again)
    ended = house.end(again)

    assert (again.attempt, again.source, again.intent_id) == (2, Source.TICKET, None)
    assert (again.amount, running.minutes, ended.payment) == (0, 20, "none")
    assert house.control.requests() == []
    assert house.hold(hold.id).status is HoldStatus.CAPTURED
    house.deliver()
    check_promise(house)


def test_a_ticket_after_an_end_does_not_stop_the_capture_that_stripe_could_not_take_yet(house: House) -> None:
    """H-09, H-10: the used hold is captured though its session has moved on to a chat that costs nothing."""
    issued(house)
    hold = house.started("s1")
    break_stripe(house, "capture")
    assert house.end(hold).payment == "pending"
    house.control.clear_faults()

    house.start(redeem(house, CODE))
    house.pass_time(minutes=5)
    house.sweep()

    assert house.hold(hold.id).status is HoldStatus.CAPTURED
    session = house.session("s1")
    assert (session.status, session.source, session.attempt) == (SessionStatus.ACTIVE, Source.TICKET, 2)


def test_a_canceled_session_opens_by_a_ticket(house: House) -> None:
    """The person lets the hold go and types a code instead."""
    issued(house)
    hold = house.cancel(house.paid("s1"))

    again = redeem(house, CODE)

    assert (again.status, again.attempt, again.source, again.intent_id) == (
        SessionStatus.READY,
        2,
        Source.TICKET,
        None,
    )
    house.deliver()
    assert house.session("s1") == again
    assert house.hold(hold.id).status is HoldStatus.CANCELED
    house.end(house.start(again))
    check_promise(house)


@pytest.mark.parametrize("is_reversed", [False, True], ids=["in order", "out of order"])
def test_what_the_webhooks_say_late_of_a_canceled_hold_leaves_the_tickets_chat_alone(
    house: House, *, is_reversed: bool
) -> None:
    """All that happened to the card is heard only when the ticket's chat runs."""
    issued(house)
    created = house.create("s1")
    house.pay(created)
    house.cancel(created.hold)
    running = house.start(redeem(house, CODE))

    news = house.news()
    for body in news[::-1] if is_reversed else news:
        house.receive(body)
    house.sweep()

    assert house.session("s1") == running
    assert house.intent(created.hold.id).status == "canceled"
    house.sweep_for(2, every=0.5)
    check_promise(house)


def test_a_payment_that_comes_after_the_ticket_is_let_go(house: House) -> None:
    """The create died before its answer was on record; its card is authorized once a ticket has opened the chat."""
    issued(house)
    with pytest.raises(Killed):
        hold_card.create(Wire(3).deps(house.deps, house.db).chat, house.ask("s1"))
    house.pass_time(minutes=11)
    house.sweep()
    ready = redeem(house, CODE)

    [lost] = house.intents().values()
    house.control.pay(str(lost.client_secret), card=GOOD_CARD)
    house.deliver()
    house.sweep()

    assert house.session("s1") == ready
    assert house.intent(lost.id).status == "canceled"
    assert house.hold(lost.id).cancel_reason is CancelReason.SUPERSEDED
