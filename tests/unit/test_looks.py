"""When a look at all payments begins, and how far back it goes (design 8)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from payments.core.looks import Look, asked_for, begun, finished, moved
from tests.unit.constants import DAY, HOUR, MINUTE, NOW

RESTING = Look(id="x", begun_at=NOW, whole_at=NOW)


def test_the_first_look_goes_back_35_days() -> None:
    assert begun(Look(id="x"), NOW) == Look(id="x", begun_at=NOW, whole_at=NOW, since=NOW - 35 * DAY)


@pytest.mark.parametrize("later", [timedelta(), 22 * HOUR, 23 * HOUR - MINUTE])
def test_none_is_due_within_the_day(later: timedelta) -> None:
    assert begun(RESTING, NOW + later) is None


@pytest.mark.parametrize(("later", "days"), [(23 * HOUR, 3), (6 * DAY, 3), (7 * DAY - HOUR, 35), (9 * DAY, 35)])
def test_each_day_s_goes_back_3_days_and_each_week_s_35(later: timedelta, days: int) -> None:
    look = begun(RESTING, NOW + later)

    assert look is not None
    assert (look.since, look.begun_at) == (NOW + later - days * DAY, NOW + later)
    assert look.whole_at == (NOW + later if days == 35 else NOW)


@pytest.mark.parametrize("later", [timedelta(), 40 * DAY])
def test_one_that_is_under_way_is_gone_on_with(later: timedelta) -> None:
    under_way = moved(asked_for("x", 60, NOW), "pi_1")

    assert begun(under_way, NOW + later) == under_way
    assert (under_way.since, under_way.after) == (NOW - 60 * DAY, "pi_1")


def test_one_that_is_finished_rests() -> None:
    assert begun(finished(moved(asked_for("x", 60, NOW), "pi_1")), NOW + HOUR) is None
