"""The reminder of a chat that is extended (H-06): before the end that it then has, and never twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from tests.integration.door import (
    both,
    notices,
)
from tests.integration.house import House
from tests.integration.minutes import extend, reminders, stand_still, sweep_each_minute, ticket_chat, to


@pytest.fixture(autouse=True)
def _clock(house: House) -> None:
    stand_still(house)


def test_a_chat_extended_before_the_reminder_is_told_before_its_new_end_only(house: House) -> None:
    house.started("s1")
    to(house, 20)
    extend(house)

    assert sweep_each_minute(house, 39) == [35]
    assert reminders(house) == both("ending_soon", 2)


def test_a_chat_extended_after_the_reminder_is_told_again_before_its_new_end(house: House) -> None:
    house.started("s1")
    to(house, 25)
    house.sweep()
    to(house, 27)
    extend(house)

    assert sweep_each_minute(house, 32) == [28]
    assert reminders(house) == both("ending_soon") + both("ending_soon", 2)


def test_a_tickets_chat_extended_by_a_card_is_told_before_its_new_end(house: House) -> None:
    ticket_chat(house, 10)
    to(house, 3)
    extend(house)

    assert sweep_each_minute(house, 36) == [32]
    assert reminders(house) == both("ending_soon", 2)


def test_a_chat_extended_twice_is_told_before_the_last_end_alone(house: House) -> None:
    house.started("s1")
    to(house, 10)
    extend(house)
    to(house, 32)
    house.sweep()
    house.pass_time(minutes=1)
    extend(house)

    at = sweep_each_minute(house, 56)

    assert at == [52]  # 85 minutes after the first start
    assert reminders(house) == both("ending_soon", 3)


def test_an_extension_that_is_given_back_brings_the_reminder_back(house: House) -> None:
    house.started("s1")
    to(house, 20)
    hold = extend(house)
    to(house, 27)
    house.sweep()
    before = reminders(house)

    house.cancel(hold)
    house.sweep()

    assert before == Counter()
    assert reminders(house) == both("ending_soon")


def test_an_extension_given_back_after_the_reminder_brings_no_second_one(house: House) -> None:
    house.started("s1")
    to(house, 25)
    house.sweep()
    to(house, 26)
    hold = extend(house)
    house.cancel(hold)
    before = notices(house)

    assert sweep_each_minute(house, 3) == []
    assert {name: notice for name, notice in notices(house).items() if "ending_soon" in name} == {
        name: notice for name, notice in before.items() if "ending_soon" in name
    }


def test_an_extension_that_nobody_has_paid_changes_nothing(house: House) -> None:
    house.started("s1")
    to(house, 20)
    house.create("s1")

    assert sweep_each_minute(house, 9) == [5]
    assert reminders(house) == both("ending_soon")


def test_a_short_extension_does_not_rewrite_the_reminder_of_what_it_extends(house: House) -> None:
    """Both have been told at 25; that the chat now ends at 35 is no reason to make what they have read unread."""
    ticket_chat(house, 30)
    house.with_deps(terms=replace(house.deps.chat.terms, minutes=5))
    to(house, 25)
    house.sweep()
    before = {name: notice for name, notice in notices(house).items() if "ending_soon" in name}
    extend(house)

    sweep_each_minute(house, 12)

    assert {name: notice for name, notice in notices(house).items() if name in before} == before


def test_a_short_extension_that_is_heard_of_after_the_end_does_not_rewrite_the_reminder(house: House) -> None:
    """Its time begins when it is heard of, so that five minutes before its end are a little later than the reminder."""
    ticket_chat(house, 30)
    house.with_deps(terms=replace(house.deps.chat.terms, minutes=5))
    to(house, 25)
    house.sweep()
    before = {name: notice for name, notice in notices(house).items() if "ending_soon" in name}
    house.pay(house.create("s1"))
    to(house, 30.5)
    house.deliver()

    sweep_each_minute(house, 8)

    assert len(before) == 2
    assert {name: notice for name, notice in notices(house).items() if name in before} == before
