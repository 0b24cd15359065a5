"""Five minutes before a chat ends, both are told (H-06), by a sweep that comes each minute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Any, Final

import pytest

from payments.domain.chat.states import SessionStatus
from payments.jobs import sweep
from tests.integration.door import (
    ANOTHER_CODE,
    CODE,
    both,
    issued,
    notices,
    redeem,
    told,
)
from tests.integration.house import PAYER, House
from tests.integration.minutes import MINUTE, reminders, stand_still, sweep_each_minute, ticket_chat, to
from tests.integration.together import at_once
from tests.integration.watched import dies
from tests.integration.wire import Wire


@pytest.fixture(autouse=True)
def noon(house: House) -> datetime:
    """When it all begins: the clock stands."""
    return stand_still(house)


DOORS: Final[dict[str, Callable[[House], Any]]] = {
    "a card's": lambda house: house.started("s1"),
    "a ticket's": ticket_chat,
}


@pytest.mark.parametrize("open_chat", DOORS.values(), ids=DOORS)
def test_both_are_told_once_at_five_minutes_before_the_end(
    house: House, noon: datetime, open_chat: Callable[[House], Any]
) -> None:
    """H-06."""
    open_chat(house)

    assert sweep_each_minute(house, 29) == [25]
    assert reminders(house) == both("ending_soon")
    assert house.session("s1").reminded_at == noon + 25 * MINUTE


def test_not_a_moment_before(house: House) -> None:
    ticket_chat(house)
    house.clock.ahead = 25 * MINUTE - timedelta(microseconds=1)

    early = house.sweep()
    house.clock.ahead = 25 * MINUTE
    on_time = house.sweep()

    assert (early.done, on_time.done) == ({}, {"remind": 1})


@pytest.mark.parametrize(("minutes", "at"), [(1, []), (4, []), (5, []), (6, [1]), (10, [5]), (90, [85])])
def test_a_chat_of_five_minutes_or_less_is_not_told_to_end_as_it_begins(
    house: House, minutes: int, at: list[int]
) -> None:
    ticket_chat(house, minutes)

    assert sweep_each_minute(house, minutes) == at
    assert house.session("s1").status is SessionStatus.ENDED


def test_a_sweep_that_comes_late_tells_while_the_chat_still_runs(house: House) -> None:
    ticket_chat(house)

    to(house, 29)
    house.sweep()

    assert reminders(house) == both("ending_soon")


def test_a_sweep_that_comes_after_the_end_tells_of_the_end_alone(house: House) -> None:
    ticket_chat(house)

    to(house, 30)
    report = house.sweep()

    assert report.done == {"end: by ticket": 1}
    assert reminders(house) == Counter()
    assert told(house)[("session_ended", 1, PAYER)] == 1


def test_a_chat_that_has_been_ended_is_not_told_to_end(house: House) -> None:
    ticket_chat(house)
    to(house, 10)
    house.end(house.session("s1"))

    assert sweep_each_minute(house, 30) == []
    assert house.session("s1").due_at is None


def test_the_next_thing_due_after_the_reminder_is_the_end(house: House, noon: datetime) -> None:
    ticket_chat(house)
    due = [house.session("s1").due_at]
    to(house, 25)
    house.sweep()

    due.append(house.session("s1").due_at)

    assert due == [noon + 25 * MINUTE, noon + 30 * MINUTE]


def test_the_second_half_of_a_chat_is_told_as_the_first_was(house: House) -> None:
    """H-10."""
    ticket_chat(house)
    sweep_each_minute(house, 30)
    issued(house, ANOTHER_CODE)
    house.start(redeem(house, ANOTHER_CODE))

    assert sweep_each_minute(house, 29) == [25]
    assert reminders(house) == both("ending_soon") + both("ending_soon", 2)


def test_every_chat_is_told_of_its_own_end(house: House) -> None:
    issued(house, remaining=5)
    for n in range(5):
        house.start(redeem(house, CODE, f"s{n}", user_id=f"payer{n}"))
        house.pass_time(minutes=1)

    at = sweep_each_minute(house, 24)

    assert at == [20, 21, 22, 23, 24]
    assert reminders(house) == sum((both("ending_soon", payer=f"payer{n}") for n in range(5)), Counter())


def test_sweeps_that_overlap_tell_once(house: House) -> None:
    issued(house, remaining=8)
    for n in range(8):
        house.start(redeem(house, CODE, f"s{n}", user_id=f"payer{n}"))
    to_reminder = 25 * MINUTE
    house.clock.ahead += to_reminder

    reports = at_once(*[house.sweep] * 4)

    assert sum(reminders(house).values()) == 16
    assert {notice["rev"] for notice, _ in notices(house).values()} == {1}
    assert sum(report.done["remind"] for report in reports) == 8


def test_the_reminder_against_the_end_leaves_a_chat_that_has_ended(house: House) -> None:
    for n in range(20):
        issued(house)
        running = house.start(redeem(house, CODE, f"s{n}", user_id=f"payer{n}"))
        house.clock.ahead += 25 * MINUTE

        at_once(house.sweep, partial(house.end, running))

        session = house.session(f"s{n}")
        assert (session.status, session.due_at) == (SessionStatus.ENDED, None)


def test_a_sweep_that_dies_anywhere_tells_once_in_the_end(house: House) -> None:
    for n in count():
        issued(house)
        house.start(redeem(house, CODE, f"s{n}", user_id=f"payer{n}"))
        house.clock.ahead += 25 * MINUTE
        has_died = dies(house, sweep.run, n)
        house.sweep()

        assert {what: times for what, times in reminders(house).items() if what[2] == f"payer{n}"} == {
            ("ending_soon", 1, f"payer{n}"): 1
        }
        assert {notice["rev"] for notice, _ in notices(house).values()} == {1}
        house.clock.ahead += 6 * MINUTE
        house.sweep()
        if not has_died:
            break

    assert n > 1


def test_a_reminder_costs_one_commit_and_asks_stripe_nothing(house: House) -> None:
    house.started("s1")
    to(house, 25)
    house.control.clear_requests()
    wire = Wire()

    report = sweep.run(wire.deps(house.deps, house.db))

    assert report.done == {"remind": 1}
    assert wire.count("commit") == 1
    assert house.control.requests() == []
