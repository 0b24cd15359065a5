"""One PaymentIntent compared with what is on record of it: record first, then Stripe, and committed if unchanged.

It is what its webhook would have brought, and what no table allows is said to a person.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from payments.chat import on_event as chat_events
from payments.chat.repository import chat_of
from payments.core import logs
from payments.core.alerts import Alert, AlertKind
from payments.core.processed_events import EventChange
from payments.core.store import Docs, Found, Ref
from payments.domain.chat import comparison as of_holds
from payments.domain.chat.change import alert
from payments.domain.chat.records import ChatSession, Hold
from payments.domain.shop import comparison as of_payments
from payments.domain.shop.ledger import Payment, payment_alert
from payments.domain.shop.orders import Order
from payments.jobs.port import JobDeps
from payments.shop import on_event as shop_events
from payments.shop.repository import order_refs
from payments.stripe_model.answers import Done
from payments.stripe_model.snapshots import PaymentIntentSnapshot

#: How often both are read again because the documents have changed meanwhile.
TRIES: Final = 5


class Result(StrEnum):
    """How a PaymentIntent came out. UNREAD and BUSY are looked at again by whoever comes next."""

    CHANGED = "changed"
    TOLD = "told"
    NOTHING = "nothing"
    UNREAD = "unread"
    BUSY = "busy"


def refs_of(snapshot: PaymentIntentSnapshot) -> list[Ref[Any]]:
    """The documents that may record a PaymentIntent, and those of the chat or the order that it names."""
    session = [Ref(ChatSession, snapshot.session_id)] if snapshot.session_id else []
    order = order_refs(snapshot.order_id, None) if snapshot.order_id else []
    return [Ref(Hold, snapshot.id), Ref(Payment, snapshot.id), *session, *order]


def difference(docs: Docs, snapshot: PaymentIntentSnapshot) -> str | None:
    """In which the record of a PaymentIntent differs from it; None if they agree, or if there is no record."""
    hold, payment = docs.get(Ref(Hold, snapshot.id)), docs.get(Ref(Payment, snapshot.id))
    if hold is not None:
        return of_holds.difference(hold, snapshot)
    if payment is None:
        return None
    order_ref = Ref(Order, payment.order_id)
    return of_payments.difference(payment, docs.get(order_ref) if order_ref in docs.found else None, snapshot)


def bring_up_to_date(deps: JobDeps, seen: PaymentIntentSnapshot) -> Result:
    """Put on record what Stripe says of a PaymentIntent now. `seen` only says which one, and what to read for it."""
    for _ in range(TRIES):
        alerts = [Ref(Alert, f"{kind}:{seen.id}") for kind in AlertKind]
        docs = deps.store.read([*refs_of(seen), *alerts], chat_of(seen.id, seen.session_id))
        answer = deps.chat.stripe.retrieve(seen.id)
        if not isinstance(answer, Done):
            logs.write("WARNING", "Stripe query failed", intentId=seen.id, answer=repr(answer))
            return Result.UNREAD
        if refs_of(answer.snapshot) != refs_of(seen):
            seen = answer.snapshot
            continue
        writes = _writes(deps, docs, answer.snapshot)
        if not writes:
            return Result.NOTHING
        if deps.store.commit_if_unchanged(docs, writes):
            told = tuple(each for each in writes if isinstance(each, Alert))
            logs.alerts(told)
            return Result.TOLD if len(told) == len(writes) else Result.CHANGED
    return Result.BUSY


def _writes(deps: JobDeps, docs: Docs, snapshot: PaymentIntentSnapshot) -> tuple[Any, ...]:
    """What its webhook would write; and, if the record then differs still and nobody is told why, an alert.

    What a person has been told already is not said again.
    """
    change = _change(deps, docs, snapshot)
    decided = change.decide(docs) if change else None
    writes: tuple[Any, ...] = decided.writes if decided else ()
    if decided is None or not decided.result.alerts:
        writes = (*writes, *_differs(deps, _after(docs, writes), snapshot))
    return tuple(each for each in writes if not (isinstance(each, Alert) and _is_told(docs, each)))


def _is_told(docs: Docs, raised: Alert) -> bool:
    return docs.get(Ref(Alert, raised.id)) is not None


def _change(deps: JobDeps, docs: Docs, snapshot: PaymentIntentSnapshot) -> EventChange | None:
    """The record says whose it is; without one, the metadata does."""
    is_order = docs.get(Ref(Payment, snapshot.id)) is not None or (snapshot.order_id and not snapshot.session_id)
    if is_order and docs.get(Ref(Hold, snapshot.id)) is None:
        return shop_events.payment_intent(deps.shop, snapshot, by_webhook=False)
    return chat_events.payment_intent(deps.chat, snapshot)


def _after(docs: Docs, writes: tuple[Any, ...]) -> Docs:
    records = [each for each in writes if not isinstance(each, Alert)]
    return docs.plus(Docs({Ref(type(each), each.id): Found(each) for each in records}))


def _differs(deps: JobDeps, docs: Docs, snapshot: PaymentIntentSnapshot) -> tuple[Alert, ...]:
    text = difference(docs, snapshot)
    if text is None:
        return ()
    hold, payment = docs.get(Ref(Hold, snapshot.id)), docs.get(Ref(Payment, snapshot.id))
    if hold is not None:
        return (alert(AlertKind.DIFFERS, hold, text, deps.now()),)
    return (payment_alert(AlertKind.DIFFERS, payment, text, deps.now()),) if payment else ()
