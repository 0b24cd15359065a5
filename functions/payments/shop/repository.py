"""The books of an order, read and written together: the one way by which an order becomes paid (C-02, C-03).

The webhook, the page's last resort and the sweep all settle through here; whoever comes later finds it done.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from payments.core import logs
from payments.core.store import Decision, Docs, Ref, Refs
from payments.domain.shop.ledger import Books, Payment, turn
from payments.domain.shop.orders import Order, OrderMetadata
from payments.ports import Deps
from payments.stripe_model.snapshots import Page


def books_refs(order_id: str, intent_id: str | None) -> list[Ref[Any]]:
    """The documents of an order, and that of one payment for it."""
    payment: list[Ref[Any]] = [Ref(Payment, intent_id)] if intent_id else []
    return [Ref(Order, order_id), Ref(OrderMetadata, order_id), *payment]


def books_in(docs: Docs, order_id: str, intent_id: str | None) -> Books | None:
    """The books as read; None where there is no such order."""
    order = docs.get(Ref(Order, order_id))
    if order is None:
        return None
    payment = docs.get(Ref(Payment, intent_id)) if intent_id else None
    metadata = docs.get(Ref(OrderMetadata, order_id)) or OrderMetadata(id=order_id)
    return Books(order=order, metadata=metadata, payments={payment.id: payment} if payment else {})


def books_writes(docs: Docs, books: Books) -> tuple[Any, ...]:
    """Everything that has changed, the order with it whenever anything has: a decision rests on all of them."""
    records: tuple[OrderMetadata | Payment, ...] = (books.metadata, *books.payments.values())
    changed = [record for record in records if docs.get(Ref(type(record), record.id)) != record]
    is_same = not changed and docs.get(Ref(Order, books.order.id)) == books.order
    return books.alerts if is_same else (books.order, *changed, *books.alerts)


def decided(
    docs: Docs, order_id: str, intent_id: str | None, decide: Callable[[Books], Books]
) -> Decision[Books | None]:
    """What `decide` makes of the books as read, with what has to be written; None where there is no such order."""
    books = books_in(docs, order_id, intent_id)
    if books is None:
        return Decision(None)
    after = decide(books)
    return Decision(after, books_writes(docs, after))


def change_books(deps: Deps, order_id: str, intent_id: str | None, decide: Callable[[Books], Books]) -> Books | None:
    """Decide on an order and commit; None where there is no such order. Alerts are raised once it stands."""
    refs: Refs = books_refs(order_id, intent_id)
    books = deps.store.change(refs, lambda docs: decided(docs, order_id, intent_id, decide)).result
    logs.alerts(books.alerts if books else ())
    return books


def put_on_record(deps: Deps, page: Page, *, by_webhook: bool = False) -> Books | None:
    """Put on record what Stripe says of a page; None where it is no order's of ours."""
    return change_books(
        deps, page.order_id, page.intent_id, lambda books: turn(books, page, deps.now(), by_webhook=by_webhook)
    )
