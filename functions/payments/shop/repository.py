"""The records of an order, read and written together: the one way by which an order becomes paid (C-02, C-03).

The webhook, the page's last resort and the sweep all come through here; whoever comes later finds it done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from payments.core import logs
from payments.core.store import Decision, Docs, Ref
from payments.domain.shop.ledger import OrderRecords, Payment, apply_checkout_session
from payments.domain.shop.orders import Order, OrderMetadata
from payments.domain.shop.unanswered import answered
from payments.shop.port import ShopDeps
from payments.stripe_model.snapshots import CheckoutSession

OrderRule = Callable[[OrderRecords], OrderRecords]


def order_refs(order_id: str, intent_id: str | None) -> list[Ref[Any]]:
    """The documents of an order, and that of one payment for it."""
    payment: list[Ref[Any]] = [Ref(Payment, intent_id)] if intent_id else []
    return [Ref(Order, order_id), Ref(OrderMetadata, order_id), *payment]


def records_in(docs: Docs, order_id: str, intent_id: str | None) -> OrderRecords | None:
    """The records as read; None if there is no such order."""
    order = docs.get(Ref(Order, order_id))
    if order is None:
        return None
    payment = docs.get(Ref(Payment, intent_id)) if intent_id else None
    metadata = docs.get(Ref(OrderMetadata, order_id)) or OrderMetadata(id=order_id)
    return OrderRecords(order=order, metadata=metadata, payments={payment.id: payment} if payment else {})


def order_writes(docs: Docs, records: OrderRecords) -> tuple[Any, ...]:
    """Everything that has changed, and then the order too, because the decision rests on all of them."""
    others: tuple[OrderMetadata | Payment, ...] = (records.metadata, *records.payments.values())
    changed = [record for record in others if docs.get(Ref(type(record), record.id)) != record]
    is_same = not changed and docs.get(Ref(Order, records.order.id)) == records.order
    return records.alerts if is_same else (records.order, *changed, *records.alerts)


def decided(
    docs: Docs, order_id: str, intent_id: str | None, rule: OrderRule, now: datetime
) -> Decision[OrderRecords | None]:
    """What a rule makes of the records as read, and what has to be written; None if there is no such order.

    Whatever Stripe says of an order answers what was asked about it.
    """
    records = records_in(docs, order_id, intent_id)
    if records is None:
        return Decision(None)
    after = rule(records)
    if after.order.unanswered_since is not None:
        known = answered(after.order, now)
        after = replace(after, order=known.order, alerts=(*after.alerts, *known.alerts))
    return Decision(after, order_writes(docs, after))


def change_order(deps: ShopDeps, order_id: str, intent_id: str | None, rule: OrderRule) -> OrderRecords | None:
    """Apply a rule to an order, commit, and only then raise the alerts; None if there is no such order."""
    refs = order_refs(order_id, intent_id)
    records = deps.store.change(refs, lambda docs: decided(docs, order_id, intent_id, rule, deps.now())).result
    logs.alerts(records.alerts if records else ())
    return records


def record_checkout_session(deps: ShopDeps, checkout: CheckoutSession) -> OrderRecords | None:
    """Put on record what Stripe says of a Checkout Session; None if it is no order's of ours."""
    rule = partial(apply_checkout_session, checkout=checkout, now=deps.now(), by_webhook=False)
    return change_order(deps, checkout.order_id, checkout.intent_id, rule)
