"""Five minutes before a chat ends, both are told (H-06), by a sweep that comes each minute."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from itertools import count
from typing import Any, Final

import pytest

from payments.domain.chat.states import SessionStatus
from payments.jobs import sweep
from tests.integration.call_recorder import Wire
from tests.integration.deployment import Deployment
from tests.integration.minute_by_minute import MINUTE, reminders, stand_still, sweep_each_minute, ticket_chat, to
from tests.integration.round_trips import dies
from tests.integration.ticket_steps import (
    CODE,
    both,
    issued,
    notices,
    redeem,
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
