"""The reminder of a chat that is extended (H-06): before the end that it then has, and never twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from tests.integration.deployment import Deployment
from tests.integration.minute_by_minute import extend, reminders, stand_still, sweep_each_minute, ticket_chat, to
from tests.integration.ticket_steps import (
    both,
    notices,
)


@pytest.fixture(autouse=True)
def _clock(deployment: Deployment) -> None:
    stand_still(deployment)


def test_a_chat_extended_before_the_reminder_is_told_before_its_new_end_only(deployment: Deployment) -> None:
    deployment.started("s1")
    to(deployment, 20)
    extend(deployment)

    assert sweep_each_minute(deployment, 39) == [35]
    assert reminders(deployment) == both("ending_soon", 2)


def test_a_chat_extended_after_the_reminder_is_told_again_before_its_new_end(deployment: Deployment) -> None:
    deployment.started("s1")
    to(deployment, 25)
    deployment.sweep()
    to(deployment, 27)
    extend(deployment)

    assert sweep_each_minute(deployment, 32) == [28]
    assert reminders(deployment) == both("ending_soon") + both("ending_soon", 2)


def test_a_tickets_chat_extended_by_a_card_is_told_before_its_new_end(deployment: Deployment) -> None:
    ticket_chat(deployment, 10)
    to(deployment, 3)
    extend(deployment)

    assert sweep_each_minute(deployment, 36) == [32]
    assert reminders(deployment) == both("ending_soon", 2)


def test_a_chat_extended_twice_is_told_before_the_last_end_alone(deployment: Deployment) -> None:
    deployment.started("s1")
    to(deployment, 10)
    extend(deployment)
    to(deployment, 32)
    deployment.sweep()
    deployment.pass_time(minutes=1)
    extend(deployment)

    at = sweep_each_minute(deployment, 56)

    assert at == [52]  # 85 minutes after the first start
    assert reminders(deployment) == both("ending_soon", 3)


def test_an_extension_that_is_given_back_brings_the_reminder_back(deployment: Deployment) -> None:
    deployment.started("s1")
    to(deployment, 20)
    hold = extend(deployment)
    to(deployment, 27)
    deployment.sweep()
    before = reminders(deployment)

    deployment.cancel(hold)
    deployment.sweep()

    assert before == Counter()
    assert reminders(deployment) == both("ending_soon")


def test_an_extension_given_back_after_the_reminder_brings_no_second_one(deployment: Deployment) -> None:
    deployment.started("s1")
    to(deployment, 25)
    deployment.sweep()
    to(deployment, 26)
    hold = extend(deployment)
    deployment.cancel(hold)
    before = notices(deployment)

    assert sweep_each_minute(deployment, 3) == []
    assert {name: notice for name, notice in notices(deployment).items() if "ending_soon" in name} == {
        name: notice for name, notice in before.items() if "ending_soon" in name
    }


def test_an_extension_that_nobody_has_paid_changes_nothing(deployment: Deployment) -> None:
    deployment.started("s1")
    to(deployment, 20)
    deployment.create("s1")

    assert sweep_each_minute(deployment, 9) == [5]
    assert reminders(deployment) == both("ending_soon")


def test_a_short_extension_does_not_rewrite_the_reminder_of_what_it_extends(deployment: Deployment) -> None:
    """Both have been told at 25; that the chat now ends at 35 is no reason to make what they have read unread."""
    ticket_chat(deployment, 30)
    deployment.with_deps(terms=replace(deployment.deps.chat.terms, minutes=5))
    to(deployment, 25)
    deployment.sweep()
    before = {name: notice for name, notice in notices(deployment).items() if "ending_soon" in name}
    extend(deployment)

    sweep_each_minute(deployment, 12)

    assert {name: notice for name, notice in notices(deployment).items() if name in before} == before


def test_a_short_extension_that_is_heard_of_after_the_end_does_not_rewrite_the_reminder(deployment: Deployment) -> None:
    """Its time begins when it is heard of, so that five minutes before its end are a little later than the reminder."""
    ticket_chat(deployment, 30)
    deployment.with_deps(terms=replace(deployment.deps.chat.terms, minutes=5))
    to(deployment, 25)
    deployment.sweep()
    before = {name: notice for name, notice in notices(deployment).items() if "ending_soon" in name}
    deployment.pay(deployment.create("s1"))
    to(deployment, 30.5)
    deployment.deliver()

    sweep_each_minute(deployment, 8)

    assert len(before) == 2
    assert {name: notice for name, notice in notices(deployment).items() if name in before} == before
