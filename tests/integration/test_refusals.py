"""Refusals leave Firestore exactly as it was, and nothing happens at Stripe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from payments.chat import finish_hold, hold_card, start_and_end
from payments.core.refusals import Code, Refusal
from payments.domain.chat.records import CancelReason, Hold
from tests.integration.house import CONSULTANT, PAYER, STRANGER, House
from tests.integration.refused import (
    break_stripe,
    claimed_cancel,
    claimed_cancel_of_extension,
    claimed_letting_go,
)

State = Callable[[House], Any]
Call = Callable[[House, str, Hold], Any]


def _unpaid(house: House) -> Hold:
    return house.create("s1").hold


def _canceled(house: House) -> Hold:
    return house.cancel(house.paid("s1"))


def _ended(house: House) -> Hold:
    hold = house.started("s1")
    house.end(hold)
    return hold


def _unpaid_use(house: House) -> Hold:
    """A used hold whose capture Stripe refuses for good."""
    hold = house.started("s1")
    house.control.fault("refuse", "POST", "*/capture", status=402, code="card_declined")
    house.end(hold)
    return hold


def _under_cancel(house: House) -> Hold:
    """A hold whose cancel is claimed and not settled."""
    return claimed_cancel(house, "s1")


def _under_capture(house: House) -> Hold:
    hold = house.started("s1")
    break_stripe(house, "capture")
    house.end(hold)
    return hold


def _paid(house: House) -> Hold:
    return house.paid("s1")


def _started(house: House) -> Hold:
    return house.started("s1")


def _extended(house: House) -> Hold:
    """A paid hold whose time has not begun, in a running chat."""
    return house.extend(house.started("s1"))


def _extension_asked(house: House) -> Hold:
    return house.create(house.started("s1").session_id).hold


def _extension_leaving(house: House) -> Hold:
    return claimed_cancel_of_extension(house, "s1")


def _ended_with_one_leaving(house: House) -> Hold:
    """A chat that has ended early: its extension is due to be released, and nobody has done it yet."""
    hold = _extended(house)
    house.end(hold)
    return hold


def _extension_begun(house: House) -> Hold:
    hold = _extended(house)
    house.pass_time(minutes=31)
    house.sweep()
    return hold


def _running_one_leaving(house: House) -> Hold:
    return claimed_letting_go(house, "s1")


def _create(house: House, by: str, hold: Hold) -> Any:
    return hold_card.create(house.deps.chat, house.ask(hold.session_id, user_id=by))


def _create_dearer(house: House, by: str, hold: Hold) -> Any:
    return hold_card.create(house.deps.chat, house.ask(hold.session_id, user_id=by, amount=5001))


def _create_elsewhere(house: House, by: str, hold: Hold) -> Any:
    return hold_card.create(house.deps.chat, house.ask(hold.session_id, user_id=by, consultant_id="another"))


def _capture(house: House, by: str, hold: Hold) -> Any:
    return finish_hold.capture(house.deps.chat, by, hold.id)


def _cancel(house: House, by: str, hold: Hold) -> Any:
    return finish_hold.cancel(house.deps.chat, by, hold.id, CancelReason.REQUESTED_BY_CUSTOMER)


def _start(house: House, by: str, hold: Hold) -> Any:
    return start_and_end.start(house.deps.chat, by, hold.session_id)


def _end(house: House, by: str, hold: Hold) -> Any:
    return start_and_end.end(house.deps.chat, by, hold.session_id)


REFUSALS: Final[tuple[tuple[State, Call, str, Code], ...]] = (
    (_unpaid, _create, STRANGER, Code.SESSION_NOT_YOURS),
    (_unpaid, _create, CONSULTANT, Code.SESSION_NOT_YOURS),
    (_unpaid, _create_dearer, PAYER, Code.PRICE_CHANGED),
    (_unpaid, _create_elsewhere, PAYER, Code.INVALID_ARGUMENT),
    (_canceled, _create_dearer, PAYER, Code.PRICE_CHANGED),
    (_paid, _create, PAYER, Code.SESSION_IN_PROGRESS),
    (_started, _create, STRANGER, Code.SESSION_NOT_YOURS),
    (_started, _create, CONSULTANT, Code.SESSION_NOT_YOURS),
    (_started, _create_dearer, PAYER, Code.PRICE_CHANGED),
    (_started, _create_elsewhere, PAYER, Code.INVALID_ARGUMENT),
    (_running_one_leaving, _create, PAYER, Code.BUSY),
    (_extension_asked, _create, STRANGER, Code.SESSION_NOT_YOURS),
    (_extension_asked, _create_dearer, PAYER, Code.PRICE_CHANGED),
    (_extension_asked, _capture, PAYER, Code.NOT_AUTHORIZED_YET),
    (_extension_asked, _cancel, STRANGER, Code.SESSION_NOT_YOURS),
    (_extended, _create, PAYER, Code.ALREADY_EXTENDED),
    (_extended, _create_dearer, PAYER, Code.ALREADY_EXTENDED),
    (_extended, _capture, PAYER, Code.SESSION_NOT_STARTED),
    (_extended, _capture, CONSULTANT, Code.SESSION_NOT_STARTED),
    (_extended, _cancel, STRANGER, Code.SESSION_NOT_YOURS),
    (_extended, _end, CONSULTANT, Code.SESSION_RUNNING),
    (_extension_leaving, _create, PAYER, Code.BUSY),
    (_extension_leaving, _cancel, PAYER, Code.BUSY),
    (_extension_leaving, _cancel, CONSULTANT, Code.BUSY),
    (_ended_with_one_leaving, _create, PAYER, Code.BUSY),
    (_ended_with_one_leaving, _capture, PAYER, Code.SESSION_NOT_STARTED),
    (_ended_with_one_leaving, _start, PAYER, Code.SESSION_ENDED),
    (_extension_begun, _cancel, PAYER, Code.SESSION_STARTED),
    (_extension_begun, _capture, CONSULTANT, Code.SESSION_RUNNING),
    (_extension_begun, _end, CONSULTANT, Code.SESSION_RUNNING),
    (_under_cancel, _create, PAYER, Code.SESSION_IN_PROGRESS),
    (_unpaid_use, _create, PAYER, Code.PREVIOUS_UNPAID),
    (_paid, _capture, STRANGER, Code.SESSION_NOT_YOURS),
    (_unpaid, _capture, PAYER, Code.NOT_AUTHORIZED_YET),
    (_paid, _capture, PAYER, Code.SESSION_NOT_STARTED),
    (_paid, _capture, CONSULTANT, Code.SESSION_NOT_STARTED),
    (_started, _capture, CONSULTANT, Code.SESSION_RUNNING),
    (_canceled, _capture, PAYER, Code.HOLD_RELEASED),
    (_under_cancel, _capture, PAYER, Code.BUSY),
    (_under_capture, _capture, PAYER, Code.BUSY),
    (_paid, _cancel, STRANGER, Code.SESSION_NOT_YOURS),
    (_started, _cancel, PAYER, Code.SESSION_STARTED),
    (_ended, _cancel, PAYER, Code.ALREADY_CAPTURED),
    (_ended, _cancel, CONSULTANT, Code.ALREADY_CAPTURED),
    (_under_capture, _cancel, CONSULTANT, Code.BUSY),
    (_under_capture, _cancel, PAYER, Code.SESSION_STARTED),
    (_under_cancel, _cancel, PAYER, Code.BUSY),
    (_paid, _start, STRANGER, Code.SESSION_NOT_YOURS),
    (_paid, _start, CONSULTANT, Code.SESSION_NOT_YOURS),
    (_unpaid, _start, PAYER, Code.NOT_PAID),
    (_canceled, _start, PAYER, Code.NOT_PAID),
    (_ended, _start, PAYER, Code.SESSION_ENDED),
    (_under_cancel, _start, PAYER, Code.BUSY),
    (_started, _end, STRANGER, Code.SESSION_NOT_YOURS),
    (_started, _end, CONSULTANT, Code.SESSION_RUNNING),
    (_unpaid, _end, PAYER, Code.SESSION_NOT_STARTED),
    (_paid, _end, PAYER, Code.SESSION_NOT_STARTED),
    (_canceled, _end, PAYER, Code.SESSION_NOT_STARTED),
)


def _name(value: Any) -> str:
    return str(getattr(value, "__name__", value)).strip("_")


@pytest.mark.parametrize(("state", "call", "by", "code"), REFUSALS, ids=_name)
def test_a_refusal_changes_nothing(house: House, state: State, call: Call, by: str, code: Code) -> None:
    hold = state(house)
    before, effects = house.everything(), _effects(house)

    with pytest.raises(Refusal) as refusal:
        call(house, by, hold)

    assert refusal.value.code is code
    assert house.everything() == before
    assert _effects(house) == effects


def _effects(house: House) -> int:
    return sum(r["effect"] for r in house.control.requests())


NOT_THERE: Final[dict[str, tuple[Callable[[House], Any], Code]]] = {
    "capture of no payment": (
        lambda house: finish_hold.capture(house.deps.chat, PAYER, "pi_nothing"),
        Code.PAYMENT_NOT_FOUND,
    ),
    "cancel of no payment": (
        lambda house: finish_hold.cancel(house.deps.chat, PAYER, "pi_nothing", CancelReason.DUPLICATE),
        Code.PAYMENT_NOT_FOUND,
    ),
    "start of no chat": (lambda house: start_and_end.start(house.deps.chat, PAYER, "nothing"), Code.SESSION_NOT_FOUND),
    "end of no chat": (lambda house: start_and_end.end(house.deps.chat, PAYER, "nothing"), Code.SESSION_NOT_FOUND),
    "another price": (lambda house: house.create("new", amount=4999), Code.PRICE_CHANGED),
    "with nobody": (lambda house: house.create("new", consultant_id=None), Code.INVALID_ARGUMENT),
    "with somebody unknown": (lambda house: house.create("new", consultant_id="nobody"), Code.CONSULTANT_UNAVAILABLE),
    "with oneself": (lambda house: house.create("new", user_id=CONSULTANT), Code.CONSULTANT_UNAVAILABLE),
}


@pytest.mark.parametrize(("call", "code"), NOT_THERE.values(), ids=NOT_THERE)
def test_what_is_not_there_is_refused_and_nothing_is_written(
    house: House, call: Callable[[House], Any], code: Code
) -> None:
    before = house.everything()

    with pytest.raises(Refusal) as refusal:
        call(house)

    assert refusal.value.code is code
    assert house.everything() == before
    assert house.control.requests() == []
