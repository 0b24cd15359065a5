"""What Stripe's events change in shop orders (C-02, TC-001 … TC-014).

An order is on record before Stripe is asked for its page, so an event is never too early for it: if there is none, it
is gone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from payments.core.alerts import UNKNOWN_TEXT, Alert, AlertKind
from payments.core.processed_events import EventChange, HasAlerts, Outcome, Raised, unknown_at_stripe
from payments.core.store import Decision, Docs, Ref, Refs
from payments.domain.shop.ledger import (
    Payment,
    PaymentChange,
    apply_checkout_session,
    apply_reversals,
    payment_alert,
    record_failed_try,
    record_payment,
    unknown_payment,
)
from payments.domain.shop.orders import Order
from payments.shop.port import ShopDeps
from payments.shop.repository import OrderRule, decided, order_refs
from payments.stripe_model.answers import is_unknown
from payments.stripe_model.reversals import Reversals
from payments.stripe_model.snapshots import CheckoutSession, IntentStatus, PaymentIntentSnapshot, Received
from payments.stripe_model.suspicions import Suspicion


def checkout_session(deps: ShopDeps, checkout: CheckoutSession, *, has_failed: bool) -> EventChange:
    """A Checkout Session was completed or has expired, or its delayed payment has come or failed.

    One that names another deployment is ours only if it is the page of the order on record.
    """
    checkout = replace(checkout, has_failed=has_failed)
    rule = partial(apply_checkout_session, checkout=checkout, now=deps.now(), by_webhook=True)
    about = _About(checkout.order_id, checkout.intent_id, checkout.app, checkout.received, page_id=checkout.id)
    return _change(deps, about, rule)


def payment_intent(deps: ShopDeps, snapshot: PaymentIntentSnapshot, *, by_webhook: bool = True) -> EventChange | None:
    """A PaymentIntent of an order was paid, or a try to pay it failed.

    One that names another deployment is ours only if it is on record as a payment.
    """
    about = _About(snapshot.order_id, snapshot.id, snapshot.app)
    if snapshot.status is IntentStatus.CAPTURED:
        rule = partial(record_payment, received=snapshot.received, now=deps.now(), by_webhook=by_webhook)
        return _change(deps, replace(about, received=snapshot.received), rule)
    if snapshot.error_code is None:
        return None
    return _change(deps, about, partial(record_failed_try, error=snapshot.error_code))


@dataclass(frozen=True, slots=True)
class _About:
    """What an event names, and the money that it says has come."""

    order_id: str
    intent_id: str | None
    app: str
    received: Received | None = None
    page_id: str = ""


def _change(deps: ShopDeps, about: _About, rule: OrderRule) -> EventChange:
    now = deps.now()

    def is_missing(docs: Docs) -> bool:
        is_ours = about.app == deps.app and not _is_on_record(docs, about)
        return is_ours and docs.get(Ref(Order, about.order_id)) is None

    def decide_event(docs: Docs) -> Decision[HasAlerts] | None:
        if about.app not in ("", deps.app) and not _is_on_record(docs, about):
            return None
        made = decided(docs, about.order_id, about.intent_id, rule, now)
        if made.result is not None:
            return Decision(made.result, made.writes)
        return _unknown_payment(docs, about.received, now) if is_missing(docs) and about.received else None

    def then(docs: Docs) -> Refs:
        return [_alert_ref(about.received)] if is_missing(docs) and about.received else []

    return EventChange(
        about.intent_id or about.order_id, order_refs(about.order_id, about.intent_id), decide_event, then
    )


def _is_on_record(docs: Docs, about: _About) -> bool:
    order = docs.get(Ref(Order, about.order_id))
    payment = docs.get(Ref(Payment, about.intent_id)) if about.intent_id else None
    is_page = order is not None and about.page_id != "" and order.checkout_session_id == about.page_id
    return is_page or (payment is not None and payment.order_id == about.order_id)


def _unknown_payment(docs: Docs, received: Received, now: datetime) -> Decision[HasAlerts]:
    is_told = docs.get(_alert_ref(received)) is not None
    told = () if is_told else (unknown_payment(received, now),)
    return Decision(Raised(told), told)


def _alert_ref(received: Received) -> Ref[Alert]:
    return Ref(Alert, f"{AlertKind.UNKNOWN_PAYMENT}:{received.intent_id}")


def reversals(deps: ShopDeps, payment: Payment) -> Decision[PaymentChange] | Outcome:
    """A payment was refunded or disputed: its refunds and disputes as Stripe has them now."""
    now, intent_id = deps.now(), payment.id
    found = deps.stripe.reversals(intent_id)
    if is_unknown(found):
        raised = payment_alert(AlertKind.UNKNOWN_AT_STRIPE, payment, UNKNOWN_TEXT, now)
        return unknown_at_stripe(deps.store, raised)
    if not isinstance(found, Reversals):
        return Outcome.RETRY
    after = apply_reversals(payment, found, now)
    return Decision(after, (after.payment, *after.alerts))


def suspected(deps: ShopDeps, payment: Payment, suspicion: Suspicion) -> tuple[Alert, ...]:
    """The alert about an order's payment that may be fraud; none if it is refunded already."""
    left = payment.amount - payment.refunded_total
    if left <= 0:
        return ()
    text = suspicion.told(f"consider a refund of {left} {payment.currency}, and wait with what was ordered")
    return (payment_alert(suspicion.kind, payment, text, deps.now()),)
