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
from tests.integration.call_recorder import Wire
from tests.integration.deployment import PAYER, Deployment
from tests.integration.minute_by_minute import MINUTE, reminders, stand_still, sweep_each_minute, ticket_chat, to
from tests.integration.round_trips import dies
from tests.integration.ticket_steps import (
    ANOTHER_CODE,
    CODE,
    both,
    issued,
    notices,
    redeem,
    told,
)
from tests.integration.together import at_once


@pytest.fixture(autouse=True)
def noon(deployment: Deployment) -> datetime:
    """When it all begins: the clock stands."""
    return stand_still(deployment)


DOORS: Final[dict[str, Callable[[Deployment], Any]]] = {
    "a card's": lambda deployment: deployment.started("s1"),
    "a ticket's": ticket_chat,
}


@pytest.mark.parametrize("open_chat", DOORS.values(), ids=DOORS)
def test_both_are_told_once_at_five_minutes_before_the_end(
    deployment: Deployment, noon: datetime, open_chat: Callable[[Deployment], Any]
) -> None:
    """H-06."""
    open_chat(deployment)

    assert sweep_each_minute(deployment, 29) == [25]
    assert reminders(deployment) == both("ending_soon")
    assert deployment.session("s1").reminded_at == noon + 25 * MINUTE


def test_not_a_moment_before(deployment: Deployment) -> None:
    ticket_chat(deployment)
    deployment.clock.ahead = 25 * MINUTE - timedelta(microseconds=1)

    early = deployment.sweep()
    deployment.clock.ahead = 25 * MINUTE
    on_time = deployment.sweep()

    assert (early.done, on_time.done) == ({}, {"remind": 1})


@pytest.mark.parametrize(("minutes", "at"), [(1, []), (4, []), (5, []), (6, [1]), (10, [5]), (90, [85])])
def test_a_chat_of_five_minutes_or_less_is_not_told_to_end_as_it_begins(
    deployment: Deployment, minutes: int, at: list[int]
) -> None:
    ticket_chat(deployment, minutes)

    assert sweep_each_minute(deployment, minutes) == at
    assert deployment.session("s1").status is SessionStatus.ENDED


def test_a_sweep_that_comes_late_tells_while_the_chat_still_runs(deployment: Deployment) -> None:
    ticket_chat(deployment)

    to(deployment, 29)
    deployment.sweep()

    assert reminders(deployment) == both("ending_soon")


def test_a_sweep_that_comes_after_the_end_tells_of_the_end_alone(deployment: Deployment) -> None:
    ticket_chat(deployment)

    to(deployment, 30)
    report = deployment.sweep()

    assert report.done == {"end: by ticket": 1}
    assert reminders(deployment) == Counter()
    assert told(deployment)[("session_ended", 1, PAYER)] == 1


def test_a_chat_that_has_been_ended_is_not_told_to_end(deployment: Deployment) -> None:
    ticket_chat(deployment)
    to(deployment, 10)
    deployment.end(deployment.session("s1"))

    assert sweep_each_minute(deployment, 30) == []
    assert deployment.session("s1").due_at is None


def test_the_next_thing_due_after_the_reminder_is_the_end(deployment: Deployment, noon: datetime) -> None:
    ticket_chat(deployment)
    due = [deployment.session("s1").due_at]
    to(deployment, 25)
    deployment.sweep()

    due.append(deployment.session("s1").due_at)

    assert due == [noon + 25 * MINUTE, noon + 30 * MINUTE]


def test_the_second_half_of_a_chat_is_told_as_the_first_was(deployment: Deployment) -> None:
    """H-10."""
    ticket_chat(deployment)
    sweep_each_minute(deployment, 30)
    issued(deployment, ANOTHER_CODE)
    deployment.start(redeem(deployment, ANOTHER_CODE))

    assert sweep_each_minute(deployment, 29) == [25]
    assert reminders(deployment) == both("ending_soon") + both("ending_soon", 2)


def test_every_chat_is_told_of_its_own_end(deployment: Deployment) -> None:
    issued(deployment, remaining=5)
    for n in range(5):
        deployment.start(redeem(deployment, CODE, f"s{n}", user_id=f"payer{n}"))
        deployment.pass_time(minutes=1)

    at = sweep_each_minute(deployment, 24)

    assert at == [20, 21, 22, 23, 24]
    assert reminders(deployment) == sum((both("ending_soon", payer=f"payer{n}") for n in range(5)), Counter())


def test_sweeps_that_overlap_tell_once(deployment: Deployment) -> None:
    issued(deployment, remaining=8)
    for n in range(8):
        deployment.start(redeem(deployment, CODE, f"s{n}", user_id=f"payer{n}"))
    to_reminder = 25 * MINUTE
    deployment.clock.ahead += to_reminder

    reports = at_once(*[deployment.sweep] * 4)

    assert sum(reminders(deployment).values()) == 16
    assert {notice["rev"] for notice, _ in notices(deployment).values()} == {1}
    assert sum(report.done["remind"] for report in reports) == 8


def test_the_reminder_against_the_end_leaves_a_chat_that_has_ended(deployment: Deployment) -> None:
    for n in range(20):
        issued(deployment)
        running = deployment.start(redeem(deployment, CODE, f"s{n}", user_id=f"payer{n}"))
        deployment.clock.ahead += 25 * MINUTE

        at_once(deployment.sweep, partial(deployment.end, running))

        session = deployment.session(f"s{n}")
        assert (session.status, session.due_at) == (SessionStatus.ENDED, None)


def test_a_sweep_that_dies_anywhere_tells_once_in_the_end(deployment: Deployment) -> None:
    for n in count():
        issued(deployment)
        deployment.start(redeem(deployment, CODE, f"s{n}", user_id=f"payer{n}"))
        deployment.clock.ahead += 25 * MINUTE
        has_died = dies(deployment, sweep.run, n)
        deployment.sweep()

        assert {what: times for what, times in reminders(deployment).items() if what[2] == f"payer{n}"} == {
            ("ending_soon", 1, f"payer{n}"): 1
        }
        assert {notice["rev"] for notice, _ in notices(deployment).values()} == {1}
        deployment.clock.ahead += 6 * MINUTE
        deployment.sweep()
        if not has_died:
            break

    assert n > 1


def test_a_reminder_costs_one_commit_and_asks_stripe_nothing(deployment: Deployment) -> None:
    deployment.started("s1")
    to(deployment, 25)
    deployment.control.clear_requests()
    wire = Wire()

    report = sweep.run(wire.deps(deployment.deps, deployment.db))

    assert report.done == {"remind": 1}
    assert wire.count("commit") == 1
    assert deployment.control.requests() == []
