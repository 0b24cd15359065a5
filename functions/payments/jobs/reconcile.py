"""What only an event tells and whose webhooks were all lost, found in Stripe's own list (H-18, TC-009 … TC-013).

Refunds, disputes, early fraud warnings, reviews.

The sweep finds what else Stripe tells, because it asks about every hold and order that is not at rest. Nobody asks
about one at rest: only an event says that money has gone back, or that it may.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from payments.core import logs
from payments.core.processed_events import processed_ref
from payments.core.refusals import Refusal
from payments.core.store import CorruptDocument, Ref
from payments.domain.chat.records import Hold
from payments.domain.shop.ledger import Payment
from payments.jobs.handlers import charged_intent
from payments.jobs.port import JobDeps
from payments.jobs.webhook import RECONCILED, handle
from payments.stripe_model.answers import Misconfigured
from payments.stripe_model.events import Event, EventPage

#: As far back as Stripe remembers. Marks are kept for longer, so nothing is dealt with twice.
LOOK_BACK: Final = timedelta(days=30)
#: A run begins nothing after so long. The newest events come first; what is left out is the next run's.
LONGEST: Final = timedelta(minutes=4)
LEFT: Final = "left for the next run"


def run(deps: JobDeps) -> Counter[str]:
    """Process each refund, dispute and suspicion that has no mark yet; log one line that says how many came out how."""
    began, done = deps.now(), Counter[str]()
    is_complete = _go_through(deps, began, done) and not done[LEFT]
    seconds = round((deps.now() - began).total_seconds(), 3)
    severity = "INFO" if is_complete else "WARNING"
    logs.write(severity, "reconcile", done=dict(done), isComplete=is_complete, seconds=seconds)
    return done


def _go_through(deps: JobDeps, began: datetime, done: Counter[str]) -> bool:
    """Process the list, page by page. Answers whether it came to its end; the next run begins it anew."""
    stop, after = began + LONGEST, None
    while deps.now() < stop:
        page = deps.events.list_events(RECONCILED, began - LOOK_BACK, after)
        if not isinstance(page, EventPage):
            severity = "ERROR" if isinstance(page, Misconfigured) else "WARNING"
            logs.write(severity, "listing events failed", answer=repr(page))
            return False
        done.update(_guarded(deps, event) if deps.now() < stop else LEFT for event in _of_ours(deps, page.events))
        if page.next_after is None:
            return True
        after = page.next_after
    return False


def _of_ours(deps: JobDeps, events: tuple[Event, ...]) -> Iterator[Event]:
    """Those that have no mark yet, about a hold or an order's payment: one read for a whole page."""
    try:
        docs = deps.store.read([ref for event in events for ref in (processed_ref(event), *_paid(event))])
    except CorruptDocument:
        yield from events  # one document must not hide the others: each event is processed by itself
        return
    for event in events:
        if docs.get(processed_ref(event)) is None and any(docs.get(ref) for ref in _paid(event)):
            yield event


def _paid(event: Event) -> list[Ref[Any]]:
    """The documents that may record this event's payment."""
    intent_id = charged_intent(event)
    return [Ref(Hold, intent_id), Ref(Payment, intent_id)] if intent_id else []


def _guarded(deps: JobDeps, event: Event) -> str:
    """How the event came out. Whatever goes wrong with one stops no other; the next run finds it again."""
    try:
        return handle(deps, event).value
    except Refusal as refusal:
        return f"refused: {refusal.code}"
    except Exception:  # noqa: BLE001 - the event's trouble is logged; the others still have to be dealt with
        logs.unexpected(f"reconcilePayments {event.type} {event.id}")
        return "failed"
