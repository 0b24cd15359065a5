"""Chats minute by minute: a clock that stands still between two looks at it, and a sweep at every minute (H-06)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Final

from tests.integration.deployment import Deployment
from tests.integration.ticket_steps import Told, issued, redeem, told

MINUTE: Final = timedelta(minutes=1)


def stand_still(deployment: Deployment) -> datetime:
    """Time stands still but for what a test lets pass, so that minutes can be counted exactly. Answers what it is."""
    deployment.clock.stands_at = deployment.clock().replace(microsecond=0)
    return deployment.clock.stands_at


def reminders(deployment: Deployment) -> Counter[Told]:
    return Counter({what: n for what, n in told(deployment).items() if what[0] == "ending_soon"})


def ticket_chat(deployment: Deployment, minutes: int | None = None) -> None:
    deployment.start(redeem(deployment, issued(deployment, minutes=minutes)))


def sweep_each_minute(deployment: Deployment, minutes: int) -> list[int]:
    """At which of these minutes, counted from now, a new reminder was there."""
    at, before = [], reminders(deployment)
    for minute in range(minutes + 1):
        deployment.sweep()
        if reminders(deployment) != before:
            at.append(minute)
            before = reminders(deployment)
        deployment.pass_time(minutes=1)
    return at


def to(deployment: Deployment, minute: float) -> None:
    """Let it become so many minutes after the start."""
    started_at = deployment.session("s1").started_at
    assert started_at is not None
    deployment.pass_time(seconds=(started_at + minute * MINUTE - deployment.clock()).total_seconds())
