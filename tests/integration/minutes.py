"""Chats minute by minute: a clock that stands still between two looks at it, and a sweep at every minute (H-06)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, Final

from tests.integration.door import Told, issued, redeem, told
from tests.integration.house import House

MINUTE: Final = timedelta(minutes=1)


def stand_still(house: House) -> datetime:
    """Time stands still but for what a test lets pass, so that minutes can be counted exactly. Answers what it is."""
    house.clock.stands_at = house.clock().replace(microsecond=0)
    return house.clock.stands_at


def reminders(house: House) -> Counter[Told]:
    return Counter({what: n for what, n in told(house).items() if what[0] == "ending_soon"})


def ticket_chat(house: House, minutes: int | None = None) -> None:
    house.start(redeem(house, issued(house, minutes=minutes)))


def sweep_each_minute(house: House, minutes: int) -> list[int]:
    """At which of these minutes, counted from now, a new reminder was there."""
    at, before = [], reminders(house)
    for minute in range(minutes + 1):
        house.sweep()
        if reminders(house) != before:
            at.append(minute)
            before = reminders(house)
        house.pass_time(minutes=1)
    return at


def extend(house: House) -> Any:
    """The payer pays for the time after this one."""
    created = house.create("s1")
    house.pay(created)
    house.deliver()
    return created.hold


def to(house: House, minute: float) -> None:
    """Let it become so many minutes after the start."""
    started_at = house.session("s1").started_at
    assert started_at is not None
    house.pass_time(seconds=(started_at + minute * MINUTE - house.clock()).total_seconds())
