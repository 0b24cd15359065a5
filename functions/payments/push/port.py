"""What pushing sees of the world: people with their devices, and Firebase Cloud Messaging."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Protocol

from payments.core.store import Store


class Delivery(Enum):
    """What became of a push. GONE is a device that will never take one again."""

    SENT = "sent"
    GONE = "gone"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Device:
    """`users/{uid}/fcm_tokens/{id}`, as FlutterFlow stores it."""

    id: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Person:
    """Who is to be told: `users/{uid}.language`, if the app has set it, and the devices."""

    language: str | None
    devices: tuple[Device, ...]


@dataclass(frozen=True, slots=True)
class Push:
    """What a device shows, what the app is given when it is tapped, and until when it is of any use."""

    title: str
    text: str
    data: Mapping[str, str]
    expires_at: datetime | None = None


class People(Protocol):
    """Profiles and devices, which are the app's own documents."""

    def person(self, user_id: str) -> Person:
        """The person's language and devices."""
        ...

    def forget(self, user_id: str, device_ids: Iterable[str]) -> None:
        """Delete devices that are gone."""
        ...


class Messenger(Protocol):
    """Firebase Cloud Messaging."""

    def send(self, token: str, push: Push) -> Delivery:
        """Send one push to one device."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PushDeps:
    """What pushing is given. `page` is the app's page that a tap opens."""

    store: Store
    people: People
    messenger: Messenger
    now: Callable[[], datetime]
    page: str
