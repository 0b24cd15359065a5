"""The webhook events that were processed, and the commit that processes one once, however often it is delivered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from payments.core import logs
from payments.core.alerts import Alert
from payments.core.store import Decision, Docs, Ref, Refs, Store

#: Stripe delivers an event for 3 days and lets a person send it again for 30.
RETENTION: Final = timedelta(days=35)


class Outcome(StrEnum):
    """What became of an event. Only RETRY asks Stripe to send it again."""

    DONE = "done"
    DUPLICATE = "duplicate"
    NOT_OURS = "not ours"
    NOT_LISTENED_TO = "not listened to"
    UNKNOWN_AT_STRIPE = "unknown at Stripe"
    OTHER_ACCOUNT = "another account's"
    UNKNOWN_PAYMENT = "unknown payment"
    RETRY = "retry"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessedEvent:
    """`stripe_events/{id}`: an event that was processed. Because it is in the same commit, "seen" means "done"."""

    id: str
    type: str
    object_id: str
    outcome: str
    at: datetime
    expire_at: datetime


class EventId(Protocol):
    """An event of Stripe's, as far as its mark goes."""

    @property
    def id(self) -> str:
        """Stripe's id: the same for each delivery."""
        ...

    @property
    def type(self) -> str:
        """Such as `charge.refunded`."""
        ...


class HasAlerts(Protocol):
    """What a rule returns, as far as its alerts go."""

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """What to raise once the change is committed."""
        ...


@dataclass(frozen=True, slots=True)
class Raised:
    """A decision that raises alerts and changes nothing else."""

    alerts: tuple[Alert, ...]


@dataclass(frozen=True, slots=True)
class EventChange:
    """What an event changes: `decide` decides on the documents that `refs` and `then` name; None if it is not ours."""

    object_id: str
    refs: Refs
    decide: Callable[[Docs], Decision[HasAlerts] | None]
    then: Callable[[Docs], Refs] | None = None


def processed_ref(event: EventId) -> Ref[ProcessedEvent]:
    """The document that says that the event was processed."""
    return Ref(ProcessedEvent, event.id)


def mark(event: EventId, object_id: str, now: datetime) -> ProcessedEvent:
    """The mark to write with the change."""
    return ProcessedEvent(
        id=event.id, type=event.type, object_id=object_id, outcome=Outcome.DONE, at=now, expire_at=now + RETENTION
    )


def commit_once(store: Store, event: EventId, change: EventChange | None, now: datetime) -> Outcome:
    """Write what the event changes and its mark in one commit; nothing if it has its mark already, or is not ours."""
    if change is None:
        return Outcome.NOT_OURS
    marker = processed_ref(event)

    def decide(docs: Docs) -> Decision[tuple[Outcome, tuple[Alert, ...]]]:
        if docs.get(marker) is not None:
            return Decision((Outcome.DUPLICATE, ()))
        decided = change.decide(docs)
        if decided is None:
            return Decision((Outcome.NOT_OURS, ()))
        writes = (mark(event, change.object_id, now), *decided.writes)
        return Decision((Outcome.DONE, decided.result.alerts), writes)

    outcome, alerts = store.change([marker, *change.refs], decide, then=change.then).result
    logs.alerts(alerts)
    return outcome


def unknown_at_stripe(store: Store, alert: Alert) -> Outcome:
    """Stripe knows nothing of a payment on record: raise the alert, unless it has been raised.

    No mark is written, because under a wrong key this is no answer: the next run of `reconcilePayments` asks again.
    """
    raise_once(store, alert)
    return Outcome.UNKNOWN_AT_STRIPE


def raise_once(store: Store, *alerts: Alert) -> None:
    """Raise those of the alerts that have not been raised yet."""

    def decide(docs: Docs) -> Decision[tuple[Alert, ...]]:
        raised = tuple(alert for alert in alerts if docs.get(Ref(Alert, alert.id)) is None)
        return Decision(raised, raised)

    if alerts:
        logs.alerts(store.change([Ref(Alert, alert.id) for alert in alerts], decide).result)
