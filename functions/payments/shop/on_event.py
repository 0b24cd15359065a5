"""What Stripe's events change in shop orders (C-02, TC-001 … TC-014)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from payments.core import logs
from payments.core.alerts import UNKNOWN_TEXT, Alert, AlertKind
from payments.core.processed_events import EventChange, Outcome, unknown_at_stripe
from payments.core.store import Decision, Docs, Ref
from payments.domain.shop.ledger import (
    OrderRecords,
    Payment,
    PaymentChange,
    apply_checkout_session,
    apply_reversals,
    payment_alert,
    record_failed_try,
    record_payment,
)
from payments.shop.port import ShopDeps
from payments.shop.repository import OrderRule, change_order, decided, order_refs
from payments.stripe_model.answers import Done, is_unknown
from payments.stripe_model.reversals import Reversals
from payments.stripe_model.snapshots import CheckoutSession, IntentStatus, PaymentIntentSnapshot
from payments.stripe_model.suspicions import Suspicion


def checkout_session(deps: ShopDeps, checkout: CheckoutSession, *, has_failed: bool) -> EventChange:
    """A Checkout Session was completed or has expired, or its delayed payment has come or failed."""
    checkout = replace(checkout, has_failed=has_failed)
    rule = partial(apply_checkout_session, checkout=checkout, now=deps.now(), by_webhook=True)
    return _change(checkout.order_id, checkout.intent_id, rule)


def payment_intent(deps: ShopDeps, snapshot: PaymentIntentSnapshot) -> EventChange | None:
    """A PaymentIntent of an order was paid, or a try to pay it failed."""
    if snapshot.status is IntentStatus.CAPTURED:
        rule = partial(record_payment, received=snapshot.received, now=deps.now(), by_webhook=True)
        return _change(snapshot.order_id, snapshot.id, rule)
    if snapshot.error_code is None:
        return None
    return _change(snapshot.order_id, snapshot.id, partial(record_failed_try, error=snapshot.error_code))


def _change(order_id: str, intent_id: str | None, rule: OrderRule) -> EventChange:
    def decide_event(docs: Docs) -> Decision[OrderRecords] | None:
        made = decided(docs, order_id, intent_id, rule)
        return None if made.result is None else Decision(made.result, made.writes)

    return EventChange(intent_id or order_id, order_refs(order_id, intent_id), decide_event)


def reversals(deps: ShopDeps, docs: Docs, intent_id: str) -> Decision[PaymentChange] | Outcome:
    """A payment was refunded or disputed: its refunds and disputes as Stripe has them now."""
    payment = docs.get(Ref(Payment, intent_id))
    if payment is None:
        return record_unknown_payment(deps, intent_id)
    now = deps.now()
    found = deps.stripe.reversals(intent_id)
    if is_unknown(found):
        raised = payment_alert(AlertKind.UNKNOWN_AT_STRIPE, payment, UNKNOWN_TEXT, now)
        return unknown_at_stripe(deps.store, raised)
    if not isinstance(found, Reversals):
        return Outcome.RETRY
    after = apply_reversals(payment, found, now)
    return Decision(after, (after.payment, *after.alerts))


def record_unknown_payment(deps: ShopDeps, intent_id: str) -> Outcome:
    """An event about a payment that is not on record: not ours, or the payment's own event has not come yet.

    If Stripe says that it is an order's, Stripe sends this event again, and by then the payment is on record.
    """
    answer = deps.stripe.retrieve(intent_id)
    if is_unknown(answer):
        logs.write("ERROR", "payment unknown at Stripe", intentId=intent_id)
        return Outcome.UNKNOWN_AT_STRIPE
    if not isinstance(answer, Done):
        return Outcome.RETRY
    snapshot = answer.snapshot
    if not snapshot.order_id or snapshot.status is not IntentStatus.CAPTURED:
        return Outcome.NOT_OURS
    rule = partial(record_payment, received=snapshot.received, now=deps.now(), by_webhook=False)
    records = change_order(deps, snapshot.order_id, snapshot.id, rule)
    return Outcome.RETRY if records is not None else Outcome.NOT_OURS


def suspected(deps: ShopDeps, payment: Payment, suspicion: Suspicion) -> tuple[Alert, ...]:
    """The alert about an order's payment that may be fraud; none if it is refunded already."""
    left = payment.amount - payment.refunded_total
    if left <= 0:
        return ()
    text = suspicion.told(f"consider a refund of {left} {payment.currency}, and wait with what was ordered")
    return (payment_alert(suspicion.kind, payment, text, deps.now()),)
