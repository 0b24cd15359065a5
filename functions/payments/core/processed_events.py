"""The marks of webhook events: each is written with the change that it caused, so that "seen" means "done"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from payments.core.store import Ref
from payments.ports import Deps
from payments.stripe_model.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenEvent:
    """`stripe_events/{id}`: a webhook event that has been dealt with, written with the change that it caused."""

    id: str
    type: str
    object_id: str
    outcome: str
    at: datetime
    expire_at: datetime


#: Stripe delivers an event for 3 days and lets a person send it again for 30.
KEPT: Final = timedelta(days=35)


class Outcome(StrEnum):
    """What became of an event. Only RETRY asks Stripe to send it again."""

    DONE = "done"
    DUPLICATE = "duplicate"
    NOT_OURS = "not ours"
    NOT_LISTENED_TO = "not listened to"
    RETRY = "retry"


def mark_ref(event: Event) -> Ref[SeenEvent]:
    """The document that says that the event has been dealt with."""
    return Ref(SeenEvent, event.id)


def mark(deps: Deps, event: Event, object_id: str) -> SeenEvent:
    """The mark to write with the change."""
    now = deps.now()
    return SeenEvent(
        id=event.id, type=event.type, object_id=object_id, outcome=Outcome.DONE, at=now, expire_at=now + KEPT
    )
