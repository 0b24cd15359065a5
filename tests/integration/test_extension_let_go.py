"""Letting an extension go: by the payer, the consultant, the issuer, a hand in the dashboard (design 4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest

from payments.core.refusals import Code
from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.integration.extending import GRACE, PERIOD, clock_of, extended
from tests.integration.house import CONSULTANT, PAYER, House
from tests.integration.promise import check_promise
from tests.integration.refused import break_stripe, refused

ACTIVE, ENDED, READY = SessionStatus.ACTIVE, SessionStatus.ENDED, SessionStatus.READY
HELD, CAPTURED, CANCELED = HoldStatus.REQUIRES_CAPTURE, HoldStatus.CAPTURED, HoldStatus.CANCELED


# --- somebody lets it go


@pytest.mark.parametrize("by", [PAYER, CONSULTANT])
@pytest.mark.parametrize("is_blind", [False, True], ids=["seen", "blind"])
def test_a_cancel_gives_the_time_back_in_its_claim(house: House, by: str, *, is_blind: bool) -> None:
    """Not only once Stripe has answered: nobody writes in time that is not paid for."""
    chat = extended(house)

    if is_blind:
        break_stripe(house, "cancel")
        assert refused(house.cancel, chat.second, by) is Code.PAYMENT_UNAVAILABLE
    else:
        house.cancel(chat.second, by)

    assert clock_of(house, chat.first) == chat.ends
    house.pass_time(minutes=3)
    house.sweep()
    assert chat.statuses == (ACTIVE, HELD, CANCELED)
    chat.reach(seconds=1)
    house.sweep()
    assert chat.statuses == (ENDED, CAPTURED, CANCELED)
    assert house.alerts() == []
    check_promise(house)


def test_a_cancel_in_the_minute_of_grace_ends_the_chat_where_the_first_hold_ended(house: House) -> None:
    chat = extended(house)
    chat.reach(seconds=45)

    house.cancel(chat.second)
    house.sweep()

    assert chat.statuses == (ENDED, CAPTURED, CANCELED)
    assert house.hold(chat.first.id).ends_at == chat.ends
    check_promise(house)


def test_whoever_cancels_one_extension_after_the_other_has_one_minute_for_nothing_and_no_more(house: House) -> None:
    """The minute of grace is for a word that crosses with the end: it is no way to chat on and never pay."""
    chat = extended(house, at_minute=29)
    chat.reach()
    extension, chatted = chat.second, timedelta()

    while chat.session.status is ACTIVE and chatted < 5 * GRACE:
        house.pass_time(seconds=50)
        chatted += timedelta(seconds=50)
        house.sweep()
        house.cancel(extension)
        extension = house.extend(chat.first)

    assert chatted <= GRACE
    house.cancel(extension)
    house.sweep_for(1, every=0.25)
    assert house.hold(chat.first.id).status is CAPTURED
    check_promise(house)


def test_a_cancel_that_stripe_refuses_for_good_leaves_the_chat_extended(house: House) -> None:
    """Design 4: PAID is looked at again where the cancel is refused."""
    chat = extended(house)
    house.control.fault("refuse", "POST", "*/cancel", status=400, code="payment_intent_unexpected_state")

    code = refused(house.cancel, chat.second)

    assert code is Code.PAYMENT_UNAVAILABLE
    assert clock_of(house, chat.first) == chat.ends + PERIOD
    house.sweep_for(2, every=0.05)
    assert chat.statuses == (ENDED, CAPTURED, CAPTURED)
    check_promise(house)


def test_a_payment_that_comes_while_the_extensions_cancel_is_claimed_moves_no_clock(house: House) -> None:
    first = house.started("s1")
    ends = clock_of(house, first)
    created = house.create("s1")
    break_stripe(house, "cancel")
    refused(house.cancel, created.hold)
    house.pay(created)

    house.deliver()
    during = clock_of(house, first)
    house.sweep_for(1, every=0.05)

    assert during == ends
    assert house.intent(created.hold.id).status == "canceled"
    check_promise(house)


def test_an_extension_that_was_let_go_can_be_asked_for_again(house: House) -> None:
    chat = extended(house)
    house.cancel(chat.second)

    third = house.extend(chat.first)

    assert third.attempt == 3
    assert clock_of(house, chat.first) == chat.ends + PERIOD


def test_the_consultant_lets_the_person_go_free_and_the_extension_goes_too(house: House) -> None:
    chat = extended(house)

    house.cancel(chat.first, CONSULTANT)
    house.sweep()

    assert chat.statuses == (ENDED, CANCELED, CANCELED)
    assert house.asked("/capture") == []
    assert house.alerts() == []
    check_promise(house)


def test_the_consultant_lets_a_begun_extension_go_and_the_first_hold_stays_charged(house: House) -> None:
    chat = extended(house)
    chat.reach(minutes=5)
    house.sweep()
    house.sweep()

    house.cancel(chat.second, CONSULTANT)

    assert chat.statuses == (ENDED, CAPTURED, CANCELED)
    assert house.alerts() == []
    check_promise(house)


# --- Stripe, the issuer, or a hand in the dashboard lets it go


RELEASES: Final[dict[str, Callable[[House, str], Any]]] = {
    "by hand": lambda house, intent_id: house.sdk.v1.payment_intents.cancel(intent_id),
    "by the issuer": lambda house, intent_id: house.control.expire_authorization(intent_id),
}
every_release = pytest.mark.parametrize("release", RELEASES.values(), ids=RELEASES)


@every_release
@pytest.mark.parametrize("seconds", [-300, 45])
def test_a_release_before_it_has_begun_gives_the_time_back(
    house: House, release: Callable[[House, str], Any], seconds: int
) -> None:
    chat = extended(house)
    chat.reach(seconds=seconds)

    release(house, chat.second.id)
    house.deliver()

    assert (clock_of(house, chat.first), chat.session.next) == (chat.ends, None)
    chat.reach(seconds=55)
    house.sweep()
    assert chat.statuses == (ENDED, CAPTURED, CANCELED)
    assert house.alerts() == []
    check_promise(house)


@every_release
def test_a_release_after_it_has_begun_ends_the_chat_and_is_raised(
    house: House, release: Callable[[House, str], Any]
) -> None:
    chat = extended(house)
    chat.reach(seconds=62)

    release(house, chat.second.id)
    house.deliver()
    house.sweep()

    assert chat.statuses == (ENDED, CAPTURED, CANCELED)
    assert house.alerts() == ["used_but_unpaid"]
    check_promise(house)


@every_release
def test_a_release_of_the_first_hold_ends_the_chat_and_frees_its_extension(
    house: House, release: Callable[[House, str], Any]
) -> None:
    chat = extended(house)

    release(house, chat.first.id)
    house.deliver()
    house.sweep()

    assert chat.statuses == (ENDED, CANCELED, CANCELED)
    assert house.alerts_by_intent() == {chat.first.id: {"used_but_unpaid"}}
    check_promise(house)


def test_a_release_of_the_first_hold_does_not_end_a_chat_that_runs_on_the_second(house: House) -> None:
    chat = extended(house)
    chat.reach(seconds=62)

    house.sdk.v1.payment_intents.cancel(chat.first.id)
    house.deliver()
    running = chat.statuses
    house.sweep_for(1, every=0.25)

    assert running == (ACTIVE, CANCELED, HELD)
    assert chat.statuses == (ENDED, CANCELED, CAPTURED)
    assert house.alerts_by_intent() == {chat.first.id: {"used_but_unpaid"}}
    check_promise(house)
