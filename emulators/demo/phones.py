"""What people are told: the list in their app, and the pushes that their phones get (H-06)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from emulators.demo.app import Person
from emulators.fcm import FcmReceiver, Received

Told = tuple[str, str, str]
"""Whose phone, what kind of thing, about which session."""


@dataclass(frozen=True)
class Phones:
    """The pushes of this story. Where the engine ran before the functions it knows no triggers, and none come."""

    fcm: FcmReceiver
    are_reached: bool

    def push(self, person: Person, kind: str, session_id: str) -> str:
        """Return the title that the phone shows, once it does. Raises TimeoutError."""
        told = (person.phone, kind, session_id)
        received = self.fcm.wait_for(lambda got: told in map(_told, got))
        return next(str(each.message["notification"]["title"]) for each in received if _told(each) == told)

    def wait_for(self, people: Sequence[Person]) -> tuple[Counter[Told], Counter[Told]]:
        """Return what was pushed and what the people's apps list, each with how often, once nothing is missing.

        Raises TimeoutError, or `RefusedError` where an app may not list what its person was told.
        """
        listed = told_by_the_apps(people)
        received = self.fcm.wait_for(lambda got: not listed - Counter(map(_told, got)))
        return Counter(map(_told, received)), listed


def told_by_the_apps(people: Iterable[Person]) -> Counter[Told]:
    """Return what the people's apps list. Raises `RefusedError`."""
    return Counter(
        (person.phone, notice["kind"], notice["sessionId"])
        for person in people
        for notice in person.user.notifications().done()
    )


def _told(received: Received) -> Told:
    data = received.message["data"]
    return received.token, data["kind"], data["sessionId"]
