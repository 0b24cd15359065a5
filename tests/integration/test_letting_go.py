"""How holds end that are not captured: released, given up, let go by the consultant (H-11, H-16; design 4, 7)."""

from __future__ import annotations

from typing import Final

import pytest

from payments.core.refusals import Code
from payments.domain.chat.records import CancelReason
from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.integration.house import CONSULTANT, House
from tests.integration.promise import check_promise
from tests.integration.refused import break_stripe, claimed_cancel, refused

HOUR: Final = 3600


# --- 72 hours


def test_a_hold_is_let_go_an_hour_before_stripe_would_where_that_is_sooner_than_72_hours(house: House) -> None:
    """H-11: never later than `captureBefore` - 1 h."""
    house.control.settings(capture_window=48 * HOUR)
    hold = house.paid()

    house.pass_time(hours=46, minutes=58)
    early = house.sweep()
    house.pass_time(minutes=3)
    house.sweep()

    assert early.done == {}
    assert house.intent(hold.id).cancellation_reason == "abandoned"
    check_promise(house)


def test_a_hold_whose_webhooks_are_all_lost_is_found_by_the_sweep_and_let_go_at_72_hours(house: House) -> None:
    """H-16."""
    created = house.create()
    house.pay(created)

    house.pass_time(minutes=16)
    house.sweep()
    found = house.session(created.hold.session_id).status
    house.pass_time(hours=72)
    house.sweep()

    assert found is SessionStatus.READY
    assert house.hold(created.hold.id).status is HoldStatus.CANCELED
    assert house.intent(created.hold.id).status == "canceled"


def test_an_unpaid_payment_intent_is_canceled_at_72_hours_and_not_before(house: House) -> None:
    """H-11: nobody can pay it any more then."""
    created = house.create()

    house.sweep_for(71, every=1)
    before = house.intent(created.hold.id).status
    house.sweep_for(1.5, every=0.5)

    assert before == "requires_payment_method"
    assert house.intent(created.hold.id).status == "canceled"
    assert house.session(created.hold.session_id).status is SessionStatus.CANCELED
    check_promise(house)


def test_a_hold_paid_late_has_72_hours_from_its_authorization(house: House) -> None:
    created = house.create()
    house.pass_time(hours=70)
    house.pay(created)
    house.deliver()

    house.sweep_for(71, every=1)
    before = house.intent(created.hold.id).status
    house.sweep_for(2, every=1)

    assert (before, house.intent(created.hold.id).status) == ("requires_capture", "canceled")


def test_a_chat_is_not_started_on_a_hold_that_is_about_to_expire(house: House) -> None:
    """H-17: `now + minutes + 1 h < captureBefore`."""
    house.control.settings(capture_window=48 * HOUR)
    hold = house.paid()

    house.pass_time(hours=46, minutes=45)

    assert refused(house.start, hold) is Code.HOLD_EXPIRING
    assert house.session(hold.session_id).status is SessionStatus.READY


def test_a_chat_started_just_before_the_release_is_paid_for(house: House) -> None:
    hold = house.paid()
    house.pass_time(hours=71, minutes=59)
    house.start(hold)

    house.sweep_for(2, every=0.25)

    assert house.hold(hold.id).status is HoldStatus.CAPTURED
    check_promise(house)


# --- what cannot be captured


def test_a_used_hold_that_is_refused_again_and_again_is_given_up_late_and_raised(house: House) -> None:
    """Design 7: refused later than 72 h after the authorization, and an hour after the first such refusal."""
    hold = house.started()
    house.control.fault("refuse", "POST", "*/capture", times=1000, status=402, code="card_declined")

    house.sweep_for(72, every=1)
    until_then = house.hold(hold.id).status
    house.sweep_for(3, every=0.5)

    assert until_then is HoldStatus.REQUIRES_CAPTURE
    after = house.hold(hold.id)
    assert (after.status, after.cancel_reason) == (HoldStatus.CANCELED, CancelReason.UNCOLLECTED)
    assert house.alerts() == ["used_but_unpaid"]
    check_promise(house)


def test_a_used_hold_is_never_given_up_for_lack_of_trying(house: House) -> None:
    """Stripe is away for four days, and the sweep for longer."""
    hold = house.started()
    house.control.fault("rate_limit", "POST", "*/capture", times=1000)

    house.sweep_for(96, every=4)
    house.pass_time(hours=60)
    until_then = house.hold(hold.id).status
    house.control.clear_faults()
    house.sweep()

    assert until_then is HoldStatus.REQUIRES_CAPTURE
    assert house.hold(hold.id).status is HoldStatus.CAPTURED
    check_promise(house)


def test_an_authorization_that_runs_out_under_a_chat_is_raised(house: House) -> None:
    hold = house.started()
    house.control.expire_authorization(hold.id)

    house.deliver()

    assert house.session(hold.session_id).status is SessionStatus.ENDED
    assert house.alerts() == ["used_but_unpaid"]
    check_promise(house)


# --- the consultant lets go


@pytest.mark.parametrize("minutes", [0, 10, 29])
def test_the_consultant_lets_the_person_go_free_while_the_chat_runs(house: House, minutes: int) -> None:
    hold = house.started()
    house.pass_time(minutes=minutes)

    house.cancel(hold, CONSULTANT)

    assert house.session(hold.session_id).status is SessionStatus.ENDED
    assert house.intent(hold.id).status == "canceled"
    assert house.alerts() == []
    check_promise(house)


def test_the_consultant_lets_go_of_a_used_hold_that_waits_for_its_capture(house: House) -> None:
    hold = house.started()
    house.control.fault("refuse", "POST", "*/capture", status=402, code="card_declined")
    house.end(hold)

    house.cancel(hold, CONSULTANT)

    assert house.intent(hold.id).status == "canceled"
    check_promise(house)


def test_a_person_who_was_let_go_may_come_back(house: House) -> None:
    hold = house.started("s1")
    house.cancel(hold, CONSULTANT)

    again = house.create("s1")

    assert again.hold.attempt == 2


def test_the_consultant_lets_go_before_the_chat_has_started(house: House) -> None:
    hold = house.paid()

    house.cancel(hold, CONSULTANT)

    assert house.session(hold.session_id).status is SessionStatus.CANCELED
    check_promise(house)


# --- a claimed cancel


@pytest.mark.parametrize("minutes", [0, 3, 90])
def test_a_hold_whose_cancel_is_claimed_never_starts_a_chat(house: House, minutes: int) -> None:
    hold = claimed_cancel(house)
    house.pass_time(minutes=minutes)

    code = refused(house.start, hold)
    house.deliver()
    house.sweep_for(0.5, every=0.25)

    assert code is Code.BUSY
    assert house.intent(hold.id).status == "canceled"
    check_promise(house)


def test_a_payment_that_comes_while_its_cancel_is_claimed_opens_no_chat(house: House) -> None:
    created = house.create()
    break_stripe(house, "cancel")
    refused(house.cancel, created.hold)
    house.pay(created)

    house.deliver()
    status = house.session(created.hold.session_id).status
    house.sweep_for(0.5, every=0.25)

    assert status is SessionStatus.AWAITING_PAYMENT
    assert house.intent(created.hold.id).status == "canceled"
    check_promise(house)
