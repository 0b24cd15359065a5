"""Sessions that no code opens (H-02): none lands on an open payment, and none loses its use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from payments.core.refusals import Code
from payments.domain.chat.records import Source
from payments.domain.chat.states import SessionStatus
from tests.integration.door import (
    ANOTHER_CODE,
    CODE,
    issued,
    redeem,
    redemptions,
)
from tests.integration.house import CONSULTANT, PAYER, STRANGER, House
from tests.integration.refused import break_stripe, refused

State = Callable[[House], Any]


def _by_ticket(house: House) -> Any:
    issued(house, ANOTHER_CODE)
    return redeem(house, ANOTHER_CODE)


def _by_ticket_running(house: House) -> Any:
    return house.start(_by_ticket(house))


def _awaiting(house: House) -> Any:
    return house.create("s1")


def _ready_by_hold(house: House) -> Any:
    return house.paid("s1")


def _running_by_hold(house: House) -> Any:
    return house.started("s1")


def _ended_with_unpaid_extension(house: House) -> Any:
    hold = house.started("s1")
    house.create("s1")
    house.end(hold)


def _ticket_chat_ended_with_unpaid_extension(house: House) -> Any:
    running = _by_ticket_running(house)
    house.create("s1")
    house.end(running)


def _ended_with_leaving_extension(house: House) -> Any:
    """The extension is paid and has not begun when the chat ends; its release can't be had from Stripe yet."""
    hold = house.started("s1")
    house.pay(house.create("s1"))
    house.deliver()
    break_stripe(house, "cancel")
    house.end(hold)


def _renewed_and_awaiting(house: House) -> Any:
    house.end(house.started("s1"))
    return house.create("s1")


SESSIONS: Final[tuple[tuple[State, str, str, Code], ...]] = (
    (_by_ticket, STRANGER, CONSULTANT, Code.SESSION_NOT_YOURS),
    (_by_ticket, CONSULTANT, CONSULTANT, Code.SESSION_NOT_YOURS),
    (_by_ticket, PAYER, "another", Code.INVALID_ARGUMENT),
    (_by_ticket, PAYER, CONSULTANT, Code.SESSION_IN_PROGRESS),
    (_by_ticket_running, STRANGER, CONSULTANT, Code.SESSION_NOT_YOURS),
    (_by_ticket_running, PAYER, CONSULTANT, Code.SESSION_IN_PROGRESS),
    (_awaiting, PAYER, CONSULTANT, Code.PAYMENT_OPEN),
    (_awaiting, STRANGER, CONSULTANT, Code.SESSION_NOT_YOURS),
    (_ready_by_hold, PAYER, CONSULTANT, Code.SESSION_IN_PROGRESS),
    (_running_by_hold, PAYER, CONSULTANT, Code.SESSION_IN_PROGRESS),
    (_ended_with_unpaid_extension, PAYER, CONSULTANT, Code.PAYMENT_OPEN),
    (_ticket_chat_ended_with_unpaid_extension, PAYER, CONSULTANT, Code.PAYMENT_OPEN),
    (_ended_with_leaving_extension, PAYER, CONSULTANT, Code.PAYMENT_OPEN),
    (_renewed_and_awaiting, PAYER, CONSULTANT, Code.PAYMENT_OPEN),
)


@pytest.mark.parametrize(
    ("state", "by", "consultant", "code"), SESSIONS, ids=lambda value: getattr(value, "__name__", str(value)).strip("_")
)
def test_a_session_that_no_code_opens_refuses_it_and_nothing_changes(
    house: House, state: State, by: str, consultant: str, code: Code
) -> None:
    """A ticket never lands on an open payment, and takes no use where it opens nothing."""
    house.db.document("consultants/another").set({"displayName": "別", "active": True})
    issued(house)
    state(house)
    before = house.everything()

    assert refused(redeem, house, CODE, user_id=by, consultant_id=consultant) is code

    assert house.everything() == before


@pytest.mark.parametrize("consultant", ["nobody", "resting", PAYER])
def test_a_consultant_who_is_not_there_takes_no_ticket(house: House, consultant: str) -> None:
    house.db.document("consultants/resting").set({"displayName": "休み", "active": False})
    house.db.document(f"consultants/{PAYER}").set({"displayName": "自分", "active": True})
    issued(house)
    before = house.everything()

    assert refused(redeem, house, CODE, consultant_id=consultant) is Code.CONSULTANT_UNAVAILABLE

    assert house.everything() == before


def test_a_payment_never_lands_on_an_open_ticket(house: House) -> None:
    """The other way round: what a ticket has opened is not held for, too."""
    issued(house)
    redeem(house, CODE)

    assert refused(house.create, "s1") is Code.SESSION_IN_PROGRESS
    assert house.control.requests() == []


def test_a_ticket_opens_a_session_again_once_its_unpaid_extension_is_gone(house: House) -> None:
    issued(house)
    hold = house.started("s1")
    extension = house.create("s1")
    house.end(hold)
    house.cancel(extension.hold)

    again = redeem(house, CODE)

    assert (again.status, again.source, again.attempt) == (SessionStatus.READY, Source.TICKET, 3)
    assert again.next is None
    assert list(redemptions(house)) == ["s1:3"]
