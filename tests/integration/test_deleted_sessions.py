"""Chats that an app has deleted with a person's account: what is held on their card ends all the same (H-11)."""

from __future__ import annotations

from payments.domain.chat.states import HoldStatus
from tests.integration.extending import extended
from tests.integration.house import House


def test_an_unused_hold_whose_chat_was_deleted_is_let_go_at_72_hours(house: House) -> None:
    """A hold is decided on by its own fields: without the sweep the card would stay blocked up to thirty days."""
    hold = house.paid("s1")
    house.db.document("sessions/s1").delete()

    house.sweep_for(80, every=8)

    assert house.intent(hold.id).status == "canceled"
    assert house.hold(hold.id).status is HoldStatus.CANCELED
    assert not house.db.document("sessions/s1").get().exists


def test_a_used_hold_whose_chat_was_deleted_is_captured_and_its_extension_let_go(house: House) -> None:
    """The time of the first was given; that of the second has not begun, and nobody can have it any more."""
    chat = extended(house, "s1")
    house.db.document("sessions/s1").delete()

    house.sweep_for(1, every=0.25)

    assert house.hold(chat.first.id).status is HoldStatus.CAPTURED
    assert house.hold(chat.second.id).status is HoldStatus.CANCELED
    assert [house.intent(hold.id).status for hold in (chat.first, chat.second)] == ["succeeded", "canceled"]


def test_a_hold_whose_chat_was_deleted_comes_to_rest_once_it_is_released_by_hand(house: House) -> None:
    """What the log asks for is done: the record follows, and the sweep has nothing to say of it any more."""
    hold = house.paid("s1")
    house.db.document("sessions/s1").delete()
    house.sdk.v1.payment_intents.cancel(hold.id)

    house.deliver()
    house.pass_time(hours=73)
    house.sweep()
    report = house.sweep()

    assert house.hold(hold.id).status is HoldStatus.CANCELED
    assert (report.done, report.oldest_due) == ({}, None)
