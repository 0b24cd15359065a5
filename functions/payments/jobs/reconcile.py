"""Refunds and disputes of which every webhook was lost, found in Stripe's own list of events (H-18, TC-009 … TC-013).

What else Stripe tells is found by the sweep, for it asks after every hold and order that is not at rest. One at rest is
asked after by nobody: only an event says that money has gone back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from payments.adapters.rate_limit import PacedGateway
from payments.chat.repository import hold_ref
from payments.core import logs
from payments.core.processed_events import mark_ref
from payments.core.refusals import Refusal
from payments.core.store import CorruptDocument, Ref
from payments.domain.shop.ledger import Payment
from payments.jobs.webhook import MONEY_BACK, charged_intent, handle
from payments.ports import Deps
from payments.stripe_model.answers import Misconfigured
from payments.stripe_model.events import Event, EventPage

#: As far back as Stripe remembers. Marks are kept for longer, so nothing is dealt with twice.
LOOK_BACK: Final = timedelta(days=30)
#: A run begins nothing after so long. The newest events come first; what is left out is the next run's.
LONGEST: Final = timedelta(minutes=4)
LEFT: Final = "left for the next run"


def run(deps: Deps) -> Counter[str]:
    """Deal with each refund and dispute that nobody has dealt with; log one line that says how many came out how."""
    paced = replace(deps, gateway=PacedGateway(deps.gateway, deps.config.stripe_rate, deps.sleep))
    began, done = deps.now(), Counter[str]()
    is_complete = _go_through(paced, began, done) and not done[LEFT]
    seconds = round((deps.now() - began).total_seconds(), 3)
    severity = "INFO" if is_complete else "WARNING"
    logs.write(severity, "reconcile", done=dict(done), isComplete=is_complete, seconds=seconds)
    return done


def _go_through(deps: Deps, began: datetime, done: Counter[str]) -> bool:
    """Whether Stripe's list came to its end; the next run begins it anew."""
    stop, after = began + LONGEST, None
    while deps.now() < stop:
        page = deps.gateway.list_events(MONEY_BACK, began - LOOK_BACK, after)
        if not isinstance(page, EventPage):
            severity = "ERROR" if isinstance(page, Misconfigured) else "WARNING"
            logs.write(severity, "events not listed", answer=repr(page))
            return False
        done.update(_guarded(deps, event) if deps.now() < stop else LEFT for event in _of_ours(deps, page.events))
        if page.next_after is None:
            return True
        after = page.next_after
    return False


def _of_ours(deps: Deps, events: tuple[Event, ...]) -> Iterator[Event]:
    """Those that have no mark yet, about a hold or an order's payment: one read for a whole page."""
    try:
        docs = deps.store.read([ref for event in events for ref in (mark_ref(event), *_paid(event))])
    except CorruptDocument:
        yield from events  # one document must not hide the others: each event is looked at by itself
        return
    for event in events:
        if docs.get(mark_ref(event)) is None and any(docs.get(ref) for ref in _paid(event)):
            yield event


def _paid(event: Event) -> list[Ref[Any]]:
    """The documents of which one follows the payment that an event is about."""
    intent_id = charged_intent(event)
    return [hold_ref(intent_id), Ref(Payment, intent_id)] if intent_id else []


def _guarded(deps: Deps, event: Event) -> str:
    """How the event came out. Whatever goes wrong with one stops no other; the next run finds it again."""
    try:
        return handle(deps, event).value
    except Refusal as refusal:
        return f"refused: {refusal.code}"
    except Exception:  # noqa: BLE001 - the event's trouble is logged; the others still have to be dealt with
        logs.unexpected(f"reconcilePayments {event.type} {event.id}")
        return "failed"
