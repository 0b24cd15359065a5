"""Things that happen at once (design 4-7). Nothing is charged, held or counted twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from payments.core.limits import WINDOW, Limits
from payments.core.refusals import Code
from payments.core.store import Decision, Docs, Ref
from payments.domain.chat.states import HoldStatus, SessionStatus
from payments.jobs import sweep
from tests.integration.house import House
from tests.integration.promise import check_promise
from tests.integration.together import answers, at_once

ROUNDS = 50


def test_sixteen_creates_at_once_make_one_payment_intent_and_one_document(house: House) -> None:
    outcomes = at_once(*[partial(house.create, "s1")] * 16)

    made = answers(outcomes, Code.BUSY, Code.PAYMENT_UNAVAILABLE)
    assert made
    assert len({(c.hold.id, c.client_secret, c.hold.amount, c.hold.attempt) for c in made}) == 1
    assert list(house.intents()) == list(house.holds()) == [made[0].hold.id]
    assert house.session("s1").intent_id == made[0].hold.id


def test_a_create_repeated_at_once_counts_as_one_attempt(house: House) -> None:
    at_once(*[partial(house.create, "s1")] * 16)

    assert house.attempts() == 1


def test_creates_for_two_sessions_at_once_make_a_hold_for_each(house: House) -> None:
    outcomes = at_once(*[partial(house.create, f"s{n}") for n in range(8)])

    made = answers(outcomes)
    assert len({c.hold.id for c in made}) == len({c.client_secret for c in made}) == len(house.intents()) == 8
    assert {c.hold.session_id for c in made} == {f"s{n}" for n in range(8)}
    assert house.attempts() == 8


def test_sixteen_captures_at_once_charge_once_and_answer_the_same(house: House) -> None:
    """H-09."""
    hold = house.started()

    outcomes = at_once(*[partial(house.capture, hold)] * 16)

    captured = answers(outcomes, Code.BUSY)
    assert captured
    assert len({(h.status, h.amount_captured, h.captured_at) for h in captured}) == 1
    assert len(house.asked("/capture", effect=True)) == 1
    assert house.intent(hold.id).amount_received == 5000
    check_promise(house)


def test_sixteen_cancels_at_once_release_once_and_answer_the_same(house: House) -> None:
    """H-11."""
    hold = house.paid()

    outcomes = at_once(*[partial(house.cancel, hold)] * 16)

    canceled = answers(outcomes, Code.BUSY)
    assert len({(h.status, h.canceled_at) for h in canceled}) == 1
    assert len(house.asked("/cancel", effect=True)) == 1
    check_promise(house)


def test_capture_against_cancel_has_exactly_one_winner(house: House) -> None:
    """The consultant lets the person go while the payer's app captures."""
    for n in range(ROUNDS):
        hold = house.started(user_id=f"payer{n}")

        captured, canceled = at_once(partial(house.capture, hold), partial(house.cancel, hold, "consultant"))

        won = answers([captured, canceled], Code.BUSY, Code.HOLD_RELEASED, Code.ALREADY_CAPTURED)
        after = house.hold(hold.id)
        assert [h.status for h in won] == [after.status]
        assert house.intent(hold.id).status == {"captured": "succeeded", "canceled": "canceled"}[after.status]
    check_promise(house)


def test_start_against_cancel_never_leaves_a_chat_on_a_released_hold(house: House) -> None:
    """H-17: exactly one of the two happens, and Stripe knows it."""
    for n in range(ROUNDS):
        hold = house.paid(user_id=f"payer{n}")

        started, canceled = at_once(partial(house.start, hold), partial(house.cancel, hold))

        answers([started, canceled], Code.BUSY, Code.NOT_PAID, Code.SESSION_STARTED)
        is_released = house.intent(hold.id).status == "canceled"
        status = house.session(hold.session_id).status
        assert status is (SessionStatus.CANCELED if is_released else SessionStatus.ACTIVE)
        assert isinstance(started, Code) is is_released
        assert (house.hold(hold.id).started_at is None) is is_released


def test_two_starts_at_once_start_one_clock(house: House) -> None:
    hold = house.paid()

    outcomes = at_once(*[partial(house.start, hold)] * 8)

    assert len({(s.status, s.started_at, s.expires_at) for s in answers(outcomes, Code.BUSY)}) == 1


def test_ends_and_captures_at_once_charge_once(house: House) -> None:
    hold = house.started()
    end, capture = partial(house.end, hold), partial(house.capture, hold)

    outcomes = at_once(end, capture, end, capture, house.sweep, end)

    answers(outcomes, Code.BUSY)
    assert len(house.asked("/capture", effect=True)) == 1
    assert house.hold(hold.id).status is HoldStatus.CAPTURED
    check_promise(house)


def test_sweeps_that_overlap_do_everything_once(house: House) -> None:
    """Design 7: two overlapping runs do no harm."""
    unused = [house.paid(user_id=f"payer{n}") for n in range(5)]
    used = [house.started(user_id=f"payer{n}") for n in range(5, 10)]
    house.pass_time(minutes=31)
    at_once(*[house.sweep] * 4)
    house.pass_time(hours=72)

    at_once(*[house.sweep] * 4)

    assert {house.intent(hold.id).status for hold in used} == {"succeeded"}
    assert {house.intent(hold.id).status for hold in unused} == {"canceled"}
    assert len(house.asked("/capture")) == len(house.asked("/cancel")) == 5
    check_promise(house)


def test_the_sweep_against_a_capture_charges_once(house: House) -> None:
    for n in range(10):
        hold = house.started(user_id=f"payer{n}")
        house.pass_time(minutes=31)

        at_once(partial(house.capture, hold), house.sweep)

        house.pass_time(minutes=3)
        house.sweep()
        assert house.hold(hold.id).status is HoldStatus.CAPTURED
    assert len(house.asked("/capture", effect=True)) == 10
    check_promise(house)


def test_the_sweeps_release_against_a_start_never_takes_the_hold_of_a_running_chat(house: House) -> None:
    """H-11, H-17: at 72 hours both are possible, and one of them happens."""
    for n in range(10):
        hold = house.paid(user_id=f"payer{n}")
        house.pass_time(hours=72, minutes=1)

        started, _ = at_once(partial(house.start, hold), house.sweep)

        is_released = house.intent(hold.id).status == "canceled"
        assert isinstance(started, Code) is is_released
        assert house.session(hold.session_id).status is (
            SessionStatus.CANCELED if is_released else SessionStatus.ACTIVE
        )
        house.pass_time(minutes=40)
        house.sweep()
    check_promise(house)


@pytest.mark.parametrize("settles", ["capture", "cancel"])
def test_the_webhook_against_the_settling_answer_leaves_one_result(house: House, settles: str) -> None:
    """Whoever comes first settles; the other finds nothing left to do."""

    def webhooks() -> list[Any]:
        return [house.receive(e) for _ in range(5) for e in house.news(lambda e: e["type"].startswith("payment_"))]

    for n in range(5):
        hold = house.started(user_id=f"payer{n}") if settles == "capture" else house.paid(user_id=f"payer{n}")

        settled, _ = at_once(partial(getattr(house, settles), hold), webhooks)

        house.deliver()
        assert replace(house.hold(hold.id), last_error=None) == settled
    check_promise(house)


def test_sixteen_deliveries_of_one_event_at_once_are_one(house: House) -> None:
    """C-06."""
    created = house.create()
    house.pay(created)
    [held] = [e for e in house.events() if e["type"] == "payment_intent.amount_capturable_updated"]

    outcomes = answers(at_once(*[partial(house.receive, held)] * 16))

    assert sorted(o.value for o in outcomes) == ["done"] + ["duplicate"] * 15
    assert house.db.document(f"sessions/{created.hold.session_id}").get().get("rev") == 3


def test_twenty_four_writers_on_one_document_are_all_counted(house: House) -> None:
    """Design 5: nobody is lost, nobody is counted twice."""
    ref = Ref(Limits, "payer")
    now = datetime.now(UTC)

    def count(docs: Docs) -> Decision[int]:
        found = docs.get(ref)
        fresh = Limits(id="payer", used=1, since=now, expire_at=now + WINDOW)
        after = replace(found, used=found.used + 1) if found else fresh
        return Decision(after.used, (after,))

    changed = answers(at_once(*[partial(house.deps.store.change, [ref], count)] * 24))

    assert sorted(c.result for c in changed) == list(range(1, 25))
    assert house.db.document("limits/payer").get().get("rev") == 24


def test_a_sweep_and_a_rehold_at_once_leave_the_used_hold_to_be_captured(house: House) -> None:
    """H-10: the session moves on while its used hold still waits for the capture."""
    hold = house.started("s1")
    house.control.fault("rate_limit", path="*/capture")
    house.end(hold)

    at_once(partial(house.create, "s1"), partial(sweep.run, house.deps))

    house.pass_time(minutes=3)
    house.sweep()
    assert house.hold(hold.id).status is HoldStatus.CAPTURED
    house.sweep_for(80, every=8)
    check_promise(house)
