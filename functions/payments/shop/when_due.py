"""The shop's part of the sweep: an order whose webhook may be lost."""

from __future__ import annotations

from dataclasses import replace

from payments.core import logs
from payments.core.alerts import Alert
from payments.core.store import Decision, Docs, Ref
from payments.domain.shop.orders import Order, OrderStatus, may_still_be_paid, next_refresh_at
from payments.domain.shop.unanswered import is_other_accounts, note_failure
from payments.shop.port import ShopDeps
from payments.shop.repository import record_checkout_session
from payments.stripe_model.answers import Failure, OtherAccount, Refused, TryAgain, kind_of
from payments.stripe_model.snapshots import CheckoutSession


def order_due(deps: ShopDeps, order: Order, docs: Docs) -> str:
    """Claim an order by moving `due_at` on, then record what Stripe says of its Checkout Session."""
    claimed = _claim(deps, order, docs)
    if claimed is None or claimed.checkout_session_id is None:
        return "nothing"
    if is_other_accounts(claimed, deps.identity()):
        return _noted(deps, claimed, OtherAccount())
    checkout = deps.stripe.retrieve_checkout_session(claimed.checkout_session_id)
    if not isinstance(checkout, CheckoutSession):
        return _noted(deps, claimed, TryAgain(checkout.code) if isinstance(checkout, Refused) else checkout)
    records = record_checkout_session(deps, checkout)
    return f"order: {records.order.status if records else 'missing'}"


def _noted(deps: ShopDeps, asked: Order, failure: Failure) -> str:
    """Put on record that Stripe was asked about an order in vain; how the item came out."""
    ref, now, stripe = Ref(Order, asked.id), deps.now(), deps.identity()
    logs.write("WARNING", "Stripe query failed", orderId=asked.id, answer=repr(failure))

    def decide(docs: Docs) -> Decision[tuple[Alert, ...]]:
        current = docs[ref]
        if current.checkout_session_id != asked.checkout_session_id or current.status is OrderStatus.PAID:
            return Decision(())
        noted = note_failure(current, failure, stripe, now, deps.stuck)
        return Decision(noted.alerts, (noted.order, *noted.alerts))

    logs.alerts(deps.store.change([ref], decide).result)
    return f"order: {kind_of(failure)}"


def _claim(deps: ShopDeps, order: Order, docs: Docs) -> Order | None:
    """The order with its next refresh set; None if it is not due any more."""
    ref, now = Ref(Order, order.id), deps.now()

    def decide(docs: Docs) -> Decision[Order | None]:
        current = docs[ref]
        if current.due_at == next_refresh_at(order, now):
            return Decision(current)
        if current.due_at is None or now < current.due_at:
            return Decision(None)
        is_waited_for = may_still_be_paid(current, now) and current.checkout_session_id is not None
        claimed = replace(current, due_at=next_refresh_at(current, now) if is_waited_for else None)
        return Decision(claimed, (claimed,))

    return deps.store.change([ref], decide, known=docs).result
