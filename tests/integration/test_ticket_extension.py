"""A chat opened by a ticket and extended by a hold (H-02, H-10): the ticket pays for its own minutes alone."""

from __future__ import annotations

from payments.domain.chat.records import Source
from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.integration.extending import PERIOD
from tests.integration.house import House
from tests.integration.promise import check_promise

CODE = "WXYZ23456789"


def test_a_ticket_chat_is_extended_by_a_hold(house: House) -> None:
    """H-02, H-10: the ticket pays for its own minutes, the hold for those after them."""
    house.ticket(CODE, minutes=10)
    chat = house.start(house.redeem(CODE, "s1"))

    second = house.extend(chat)
    before = house.session("s1")
    house.pass_time(minutes=11, seconds=1)
    house.sweep()
    begun = house.session("s1")
    house.pass_time(minutes=30)
    house.sweep()

    assert chat.expires_at is not None
    assert (before.source, before.intent_id, before.expires_at) == (Source.TICKET, None, chat.expires_at + PERIOD)
    assert (begun.source, begun.intent_id, begun.amount) == (Source.PAYMENT, second.id, 5000)
    assert [h.status for h in house.holds().values()] == [HoldStatus.CAPTURED]
    assert house.hold(second.id).started_at == chat.expires_at
    check_promise(house)


def test_a_ticket_chat_that_ends_early_never_charges_for_its_extension(house: House) -> None:
    house.ticket(CODE)
    chat = house.start(house.redeem(CODE, "s1"))
    second = house.extend(chat)

    ended = house.end(chat)
    house.sweep()

    assert (ended.session.status, ended.payment) == (SessionStatus.ENDED, "none")
    assert house.intent(second.id).status == "canceled"
    assert house.asked("/capture") == []
    check_promise(house)


def test_a_ticket_chat_that_has_begun_its_extension_is_captured_when_it_ends(house: House) -> None:
    house.ticket(CODE)
    chat = house.start(house.redeem(CODE, "s1"))
    second = house.extend(chat)
    house.pass_time(minutes=31, seconds=1)

    ended = house.end(chat)

    assert ended.payment == "captured"
    assert house.hold(second.id).status is HoldStatus.CAPTURED
    check_promise(house)
