"""Whether webhooks come at all: what has changed at Stripe has to be told by one (C-06).

A wrong signing secret looks like any stranger's noise at the door. Here it shows: holds and orders move, because their
callers and the sweep ask Stripe, and no event is processed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from payments.core.alerts import Alert, AlertKind
from payments.core.processed_events import RETENTION, ProcessedEvent, raise_once
from payments.domain.chat.records import Hold
from payments.domain.shop.ledger import Payment
from payments.jobs.port import JobDeps

#: How long after a change its webhook, or any other, is waited for.
PATIENCE: Final = timedelta(hours=1)
#: A webhook may be faster than the answer to the call that has caused it.
EARLY: Final = timedelta(minutes=10)
#: Older changes count no more: whoever was to be told has been told.
LOOK_BACK: Final = timedelta(days=1)
#: What is on record of a change that Stripe tells by a webhook, and the field with its time.
CHANGES: Final[tuple[tuple[type[Hold | Payment], str], ...]] = (
    (Hold, "captured_at"),
    (Hold, "canceled_at"),
    (Payment, "created_at"),
)


def check_webhooks(deps: JobDeps) -> None:
    """Raise `webhooks_silent`, once for each silence, if nothing was heard for an hour after a change.

    Two queries for one document each, at most; a third while nothing is heard.
    """
    now = deps.now()
    kind, attribute = CHANGES[_turn(now)]
    change = deps.store.newest(kind, attribute, now - LOOK_BACK, now - PATIENCE)
    if change is None:
        return
    at: datetime = getattr(change, attribute)
    if deps.store.newest(ProcessedEvent, "at", at - EARLY, now) is None:
        last = deps.store.newest(ProcessedEvent, "at", now - RETENTION, now)
        raise_once(deps.store, _silent(change, at, last, now))


def _turn(now: datetime) -> int:
    """Which kind of change is looked at: one after the other, whether runs are a minute or an hour apart."""
    seconds = int(now.timestamp())
    return (seconds // 60 + seconds // 3600) % len(CHANGES)


def _silent(change: Hold | Payment, at: datetime, last: ProcessedEvent | None, now: datetime) -> Alert:
    """It is named by the last event that was heard, so that a silence is raised once, and the next one again."""
    since = f"since {last.at:%Y-%m-%d %H:%M} UTC" if last else "ever"
    return Alert(
        kind=AlertKind.WEBHOOKS_SILENT,
        intent_id=last.id if last else f"none-{at:%Y-%m-%d}",
        session_id=change.session_id if isinstance(change, Hold) else None,
        order_id=change.order_id if isinstance(change, Payment) else None,
        amount=change.amount,
        currency=change.currency,
        text=f"no webhook {since}, though {change.id} changed at {at:%H:%M}; look at the endpoint and its secret",
        at=now,
    )
