"""Answers that never come, and answers that are none (design 6).

Each operation meets each fault, with Stripe reachable again at once or not, and is then finished by the person who
repeats it, by the webhook, or by the sweep. Where it ends is the same, and the money moves once.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from payments.core.refusals import Code, Refusal
from payments.domain.chat.records import Hold
from payments.domain.chat.states import HoldStatus, SessionStatus
from tests.integration.house import House
from tests.integration.lost_answers import (
    DONE,
    LATE,
    STORED,
    asked_for,
    await_request,
    be_hasty,
    every_end,
    every_fault,
    every_sight,
    finish,
    repeated,
    with_fault,
)
from tests.integration.promise import check_promise
from tests.waiting import wait_until

pytestmark = pytest.mark.usefixtures("asks_once")


@every_fault
@every_sight
@every_end
def test_a_capture_ends_captured_once(house: House, fault: str, finisher: str, *, is_blind: bool) -> None:
    """H-09."""
    hold = house.started()

    with_fault(house, fault, "*/capture", lambda: house.capture(hold), is_blind=is_blind)
    finish(house, finisher, lambda: house.capture(hold))

    if finisher != "webhook" or fault in DONE:
        assert house.hold(hold.id).status is HoldStatus.CAPTURED
    house.sweep_for(1, every=0.25)
    house.deliver()
    assert len(house.asked("/capture", effect=True)) == 1
    assert house.session(hold.session_id).status is SessionStatus.ENDED
    assert house.alerts() == []
    check_promise(house)


@every_fault
@every_end
def test_an_ended_chat_is_paid_for_once(house: House, fault: str, finisher: str) -> None:
    """H-10: the chat ends even where Stripe can't be reached, and the capture is made up for."""
    hold = house.started()

    ended = with_fault(house, fault, "*/capture", lambda: house.end(hold), is_blind=True)
    finish(house, finisher, lambda: house.end(hold))
    house.sweep_for(1, every=0.25)

    assert (ended.session.status, ended.payment) == (SessionStatus.ENDED, "pending")
    assert house.hold(hold.id).status is HoldStatus.CAPTURED
    assert len(house.asked("/capture", effect=True)) == 1
    check_promise(house)


@every_fault
@every_sight
@every_end
def test_a_cancel_ends_canceled_and_charges_nobody(house: House, fault: str, finisher: str, *, is_blind: bool) -> None:
    """H-11: where Stripe refused the wish for good it is over, and the hold goes at 72 hours."""
    hold = house.paid()

    with_fault(house, fault, "*/cancel", lambda: house.cancel(hold), is_blind=is_blind)
    finish(house, finisher, lambda: house.cancel(hold))

    if finisher == "person" or fault in DONE:
        assert house.hold(hold.id).status is HoldStatus.CANCELED
    house.sweep_for(80, every=20)
    house.deliver()
    assert len(house.asked("/cancel", effect=True)) == 1
    assert house.alerts() == []
    check_promise(house)


@every_fault
@pytest.mark.parametrize("finisher", ["person", "sweep"])
def test_a_create_ends_with_one_payment_intent_that_can_be_paid(house: House, fault: str, finisher: str) -> None:
    """H-03: nobody pays twice for one chat, however often the app had to ask. (An unpaid one has no webhook.)"""
    made = asked_for(house, fault, finisher)

    assert len({c.client_secret for c in made}) == 1
    if finisher == "person" and fault not in STORED:
        assert len(house.intents()) == 1
    house.pay(made[-1])
    house.deliver()
    _use(house, made[-1].hold)
    assert [h.status for h in house.holds().values()] == [HoldStatus.CAPTURED]
    check_promise(house)


def _use(house: House, hold: Hold) -> None:
    house.start(hold)
    house.end(hold)


@every_fault
def test_a_release_by_the_sweep_ends_canceled_once(house: House, fault: str) -> None:
    """H-11, H-16."""
    hold = house.paid()
    house.pass_time(hours=72, minutes=1)

    with_fault(house, fault, "*/cancel", house.sweep, is_blind=True)
    house.sweep_for(1, every=0.25)

    assert len(house.asked("/cancel", effect=True)) == 1
    assert house.intent(hold.id).cancellation_reason == "abandoned"
    check_promise(house)


def test_a_repeat_that_meets_its_own_first_request_charges_once(house: House) -> None:
    """Stripe answers 409 while the first request with the key still runs: that one decides."""
    hold = house.started()
    house.control.fault(method="POST", path="*/capture", **LATE)
    house.control.fault("drop_before", "GET", "/v1/payment_intents/*")
    be_hasty(house)
    first = repeated(lambda: house.capture(hold))
    wait_until(lambda: house.control.faults() == [])  # the first request has had its effect
    house.with_deps(stripe=house.gateway())
    house.clock.ahead += timedelta(minutes=3)

    repeat = repeated(lambda: house.capture(hold))

    assert (first, repeat.status) == (None, HoldStatus.CAPTURED)
    assert [r["status"] for r in house.asked("/capture")] == [409]
    house.control.clear_faults()
    await_request(house, "*/capture")
    house.sweep_for(1, every=0.25)
    assert len(house.asked("/capture", effect=True)) == 1
    check_promise(house)


def test_a_lost_webhook_never_turns_a_paid_session_into_not_paid(house: House) -> None:
    """Design 4: START looks at Stripe before it refuses."""
    created = house.create()
    house.pay(created)

    session = house.start(created.hold)

    assert session.status is SessionStatus.ACTIVE


def test_start_refuses_for_want_of_an_answer_and_not_for_want_of_payment(house: House) -> None:
    created = house.create()
    house.pay(created)
    before = house.everything()

    house.control.fault("drop_before", "GET", "/v1/payment_intents/*")
    with pytest.raises(Refusal) as refusal:
        house.start(created.hold)

    assert refusal.value.code is Code.PAYMENT_UNAVAILABLE
    assert house.everything() == before
