"""Answers that never come while a chat is extended (design 4, 6).

Each operation meets each fault, and is finished by the person who repeats it, by the webhook, or by the sweep.
"""

from __future__ import annotations

import pytest

from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.integration.extending import PERIOD, clock_of, extended
from tests.integration.house import House
from tests.integration.lost_answers import (
    DONE,
    STORED,
    asked_for,
    every_end,
    every_fault,
    every_sight,
    finish,
    with_fault,
)
from tests.integration.promise import check_promise

ACTIVE, ENDED = SessionStatus.ACTIVE, SessionStatus.ENDED
HELD, CAPTURED, CANCELED = HoldStatus.REQUIRES_CAPTURE, HoldStatus.CAPTURED, HoldStatus.CANCELED


pytestmark = pytest.mark.usefixtures("asks_once")


@every_fault
@pytest.mark.parametrize("finisher", ["person", "sweep"])
def test_an_extension_asked_for_can_be_paid_once_and_the_chat_goes_on(house: House, fault: str, finisher: str) -> None:
    """H-03: nobody pays twice for one period, however often the app had to ask."""
    first = house.started("s1")
    ends = clock_of(house, first)
    house.control.clear_requests()

    made = asked_for(house, fault, finisher)

    assert len({c.client_secret for c in made}) == 1
    if finisher == "person" and fault not in STORED:
        assert len(house.intents()) == 2
    house.pay(made[-1])
    house.deliver()
    assert clock_of(house, first) == ends + PERIOD
    house.sweep_for(1, every=0.05)
    assert [hold.status for hold in house.holds().values()] == [CAPTURED, CAPTURED]
    house.sweep_for(80, every=20)
    check_promise(house)


@every_fault
@every_end
def test_a_cancel_of_an_extension_ends_canceled_and_charges_nobody_for_it(
    house: House, fault: str, finisher: str
) -> None:
    """H-11: where Stripe refused the wish for good it is over, and the chat goes on in the time that is paid for."""
    chat = extended(house, at_minute=0)

    with_fault(house, fault, "*/cancel", lambda: house.cancel(chat.second), is_blind=True)
    finish(house, finisher, lambda: house.cancel(chat.second))

    if finisher == "person" or fault in DONE:
        assert chat.statuses == (ACTIVE, HELD, CANCELED)
        assert clock_of(house, chat.first) == chat.ends
    house.sweep_for(2, every=0.05)
    house.deliver()
    assert chat.statuses in ((ENDED, CAPTURED, CANCELED), (ENDED, CAPTURED, CAPTURED))
    assert house.alerts() == []
    check_promise(house)


@every_fault
@every_sight
def test_the_release_of_an_extension_whose_chat_has_ended_is_made_up_for(
    house: House, fault: str, *, is_blind: bool
) -> None:
    """Nobody waits for it: the chat has ended, its own hold is captured, and the sweep goes on until it is released."""
    chat = extended(house)
    house.end(chat.first)

    with_fault(house, fault, "*/cancel", house.sweep, is_blind=is_blind)
    house.sweep_for(1, every=0.05)

    assert chat.statuses == (ENDED, CAPTURED, CANCELED)
    assert len(house.asked("/cancel", effect=True)) == 1
    assert house.alerts() == []
    check_promise(house)


@every_fault
@every_end
def test_the_first_holds_capture_is_made_up_for_while_the_chat_goes_on(house: House, fault: str, finisher: str) -> None:
    chat = extended(house)
    chat.reach(seconds=5)

    with_fault(house, fault, "*/capture", house.sweep, is_blind=True)
    finish(house, finisher, lambda: house.capture(chat.first))

    assert chat.session.status is ACTIVE
    house.sweep_for(1, every=0.05)
    assert chat.statuses == (ENDED, CAPTURED, CAPTURED)
    assert len(house.asked("/capture", effect=True)) == 2
    assert house.alerts() == []
    check_promise(house)
