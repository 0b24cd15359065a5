"""What the use cases see of the world: documents, Stripe's answers, the clock, configuration. No SDK in sight."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Generic, NamedTuple, Protocol, TypeVar, cast

from .domain.money_back import MoneyBack
from .domain.observed import Observed
from .domain.records import Attempt, Hold, Terms

T = TypeVar("T")
R = TypeVar("R")


# --- documents


class Ref(NamedTuple, Generic[T]):
    """A document: the kind of record it holds, and its id."""

    kind: type[T]
    id: str


@dataclass(frozen=True, slots=True)
class Found:
    """A document as read: the record, or None where there is none, with the version that a write must still find.

    `rev` counts the writes of a document; only the store moves it.
    """

    record: Any
    version: Any = None
    rev: int = 0


class Docs:
    """Documents read together. A decision rests on these and on nothing else."""

    def __init__(self, found: Mapping[Ref[Any], Found]) -> None:
        self.found = dict(found)

    def get(self, ref: Ref[T]) -> T | None:
        """The record as read, None where the document does not exist. KeyError where it was not read."""
        return cast("T | None", self.found[ref].record)

    def __getitem__(self, ref: Ref[T]) -> T:
        """The record of a document that must exist. KeyError where it does not."""
        record = self.get(ref)
        if record is None:
            raise KeyError(ref)
        return record

    def plus(self, other: Docs) -> Docs:
        """These documents and the other's, which win."""
        return Docs({**self.found, **other.found})


Refs = Iterable[Ref[Any]]


@dataclass(frozen=True, slots=True)
class Decision(Generic[R]):
    """What to write (records, each to its own document) and what to answer."""

    result: R
    writes: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Changed(Generic[R]):
    """A decision that stands, with the documents as it left them."""

    result: R
    docs: Docs


class Store(Protocol):
    """The database: one way to read, one way to write, one question."""

    def read(self, refs: Refs, then: Callable[[Docs], Refs] | None = None) -> Docs:
        """Read in one batch; `then` may name more documents once some are known, until it names none that is not."""
        ...

    def change(
        self,
        refs: Refs,
        decide: Callable[[Docs], Decision[R]],
        *,
        then: Callable[[Docs], Refs] | None = None,
        seen: Docs | None = None,
    ) -> Changed[R]:
        """Read, decide, commit if unchanged; again while others were faster. Raises `Refusal(busy)` in the end.

        `seen` stands for the first read. `decide` may run several times and must be pure.
        """
        ...

    def commit_if_unchanged(self, docs: Docs, writes: tuple[Any, ...]) -> bool:
        """Commit once. False where a document has changed since `docs` was read."""
        ...

    def due(self, kind: type[T], now: datetime, page: int) -> Iterator[list[tuple[T, Docs]]]:
        """What has `dueAt <= now`, oldest first, in pages of at most `page`, each item with its document as read."""
        ...


# --- Stripe


@dataclass(frozen=True, slots=True)
class Done:
    """Stripe did it, or had done it; this is the PaymentIntent now."""

    seen: Observed


@dataclass(frozen=True, slots=True)
class Refused:
    """Stripe refused, for good: the same request would be refused again. `code` is Stripe's.

    `is_spent` where only the idempotency key is used up, such as by a stored 5xx, and nobody has refused the payment.
    """

    code: str
    is_spent: bool = False


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Nobody knows whether it was done: read the PaymentIntent and go by its status."""

    reason: str


@dataclass(frozen=True, slots=True)
class Misconfigured:
    """Our key or our request is wrong: nothing was done, and a person has to mend it."""

    reason: str


Answer = Done | Refused | TryAgain | Misconfigured


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeNote:
    """What an event says of a charge: whose it is, whether it was captured, until when it can be.

    `session_id` is from the metadata that Stripe copies from the PaymentIntent: a hint of what to read, no more.
    """

    intent_id: str
    session_id: str
    is_captured: bool
    capture_before: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A verified webhook event. `about` is the PaymentIntent, the charge, or the PaymentIntent's id."""

    id: str
    type: str
    at: datetime
    livemode: bool
    is_another_accounts: bool
    about: Observed | ChargeNote | str | None


class NotConfigured(Exception):
    """The deployment lacks a parameter or a secret, or has a wrong one; the text names each, never a value."""


class BadWebhook(Exception):
    """A webhook that is not a signed event of Stripe's; its text says why and holds nothing of the payload."""


class Gateway(Protocol):
    """Stripe. Every call carries an idempotency key made of what is on record, and the parameters on record."""

    def create(self, attempt: Attempt) -> Answer:
        """Create the attempt's PaymentIntent."""
        ...

    def capture(self, hold: Hold) -> Answer:
        """Capture the whole hold."""
        ...

    def cancel(self, hold: Hold) -> Answer:
        """Cancel the hold for the reason on record."""
        ...

    def retrieve(self, intent_id: str) -> Answer:
        """Read the PaymentIntent as it is now."""
        ...

    def money_back(self, intent_id: str) -> MoneyBack | TryAgain | Misconfigured:
        """Read refunds and disputes of a PaymentIntent as they are now."""
        ...


# --- pushes


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


# --- everything together


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Configuration of a deployment, read once an instance."""

    terms: Terms
    publishable_key: str
    stripe_rate: float
    livemode: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """What a use case is given. `now` answers timezone-aware UTC; `sleep` takes seconds."""

    store: Store
    gateway: Gateway
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    config: Config
