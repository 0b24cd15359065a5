"""What is paid for an order, and what goes back (C-02): read from Stripe, never added up from events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from payments.core.alerts import Alert, AlertKind
from payments.domain.shop.orders import Order, OrderMetadata, OrderStatus, PaymentState
from payments.stripe_model.reversals import Reversals, alerts_for
from payments.stripe_model.snapshots import CheckoutSession, CheckoutStatus, Received


class PaymentStatus(StrEnum):
    """`stripe_payments.status` (C-02)."""

    SUCCEEDED = "succeeded"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """`stripe_payments/{pi}`: one PaymentIntent that has paid for an order. `amount_net` is what is left of it."""

    id: str
    order_id: str
    payment_intent_id: str
    status: PaymentStatus
    amount: int
    currency: str
    amount_net: int
    created_at: datetime
    refunded_total: int = 0
    dispute_status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRecords:
    """An order with all that is written of its payment, before or after a decision."""

    order: Order
    metadata: OrderMetadata
    payments: Mapping[str, Payment]
    alerts: tuple[Alert, ...] = ()


def apply_checkout_session(
    records: OrderRecords, checkout: CheckoutSession, now: datetime, *, by_webhook: bool
) -> OrderRecords:
    """What a Checkout Session says of its order: paid, over unpaid, waiting for a delayed method, or nothing yet."""
    if checkout.received is not None:
        return record_payment(records, checkout.received, now, by_webhook=by_webhook)
    if checkout.is_over:
        error = "async_payment_failed" if checkout.has_failed else "expired"
        return on_checkout_over(records, checkout.id, PaymentState.FAILED, error, by_webhook=by_webhook)
    if checkout.status is CheckoutStatus.COMPLETE:
        return on_checkout_over(records, checkout.id, PaymentState.PENDING, None, by_webhook=by_webhook)
    return records


def record_payment(records: OrderRecords, received: Received, now: datetime, *, by_webhook: bool) -> OrderRecords:
    """An order is paid, once, by the first payment of its amount (C-03). Every payment is kept, whatever it is for.

    A second payment, or one of another amount, is raised to a person with the refund to make.
    """
    order, known = records.order, records.payments.get(received.intent_id)
    if known is not None and known.order_id != order.id:
        text = f"this PaymentIntent already paid order {known.order_id}"
        return replace(records, alerts=(_alert(AlertKind.CONTRADICTION, received, text, now),))
    is_new = known is None
    payments = {**records.payments, received.intent_id: _payment(received, now)} if is_new else records.payments
    metadata = replace(records.metadata, webhook_received=records.metadata.webhook_received or by_webhook)
    records = replace(records, payments=payments, metadata=metadata)
    if (received.amount, received.currency) != (order.amount, order.currency):
        text = f"the order is {order.amount} {order.currency}; refund it, or accept it for the order by hand"
        return replace(records, alerts=(_alert(AlertKind.AMOUNT_DIFFERS, received, text, now),) if is_new else ())
    if order.status is OrderStatus.PAID:
        is_second = is_new and order.stripe_sid != received.intent_id
        text = f"the order was already paid by {order.stripe_sid}; refund {received.amount} {received.currency}"
        return replace(records, alerts=(_alert(AlertKind.PAID_TWICE, received, text, now),) if is_second else ())
    paid = replace(order, status=OrderStatus.PAID, stripe_sid=received.intent_id, paid_at=now, due_at=None)
    done = replace(metadata, payment_state=PaymentState.COMPLETED, last_error=None)
    return replace(records, order=paid, metadata=done)


def _payment(received: Received, now: datetime) -> Payment:
    return Payment(
        id=received.intent_id,
        order_id=received.order_id,
        payment_intent_id=received.intent_id,
        status=PaymentStatus.SUCCEEDED,
        amount=received.amount,
        currency=received.currency,
        amount_net=received.amount,
        created_at=now,
    )


def _alert(kind: AlertKind, received: Received, text: str, at: datetime) -> Alert:
    return Alert(
        kind=kind,
        intent_id=received.intent_id,
        order_id=received.order_id,
        amount=received.amount,
        currency=received.currency,
        text=text,
        at=at,
    )


def unknown_payment(received: Received, now: datetime) -> Alert:
    """Money that has come for an order that is not on record: deleted, or younger than the backup that was restored."""
    return _alert(
        AlertKind.UNKNOWN_PAYMENT, received, "paid for an order that is not on record; refund it, or deliver", now
    )


def record_failed_try(records: OrderRecords, error: str) -> OrderRecords:
    """One try in Checkout failed; the payer may try again there, so nothing is over yet (TC-004, TC-014)."""
    if records.order.status is OrderStatus.PAID:
        return records
    return replace(records, metadata=replace(records.metadata, last_error=error))


def on_checkout_over(
    records: OrderRecords, checkout_id: str, state: PaymentState, error: str | None, *, by_webhook: bool
) -> OrderRecords:
    """The order's Checkout Session is over unpaid: FAILED for good, or PENDING with a delayed method.

    A session that is not the order's current one changes nothing, nor does any once the order is paid; a failure for
    good is not waited for again. What the issuer said of the last try says more than how the session ended.
    """
    is_current = records.order.checkout_session_id == checkout_id
    was_over = records.metadata.payment_state is PaymentState.FAILED and state is PaymentState.PENDING
    if records.order.status is OrderStatus.PAID or not is_current or was_over:
        return records
    metadata = replace(
        records.metadata,
        payment_state=state,
        last_error=records.metadata.last_error or error,
        webhook_received=records.metadata.webhook_received or (by_webhook and state is PaymentState.FAILED),
    )
    is_over = state is PaymentState.FAILED
    order = replace(records.order, due_at=None) if is_over else records.order
    return replace(records, order=order, metadata=metadata)


@dataclass(frozen=True, slots=True)
class PaymentChange:
    """A payment after its refunds and disputes were read, and the alerts to raise."""

    payment: Payment
    alerts: tuple[Alert, ...]


def apply_reversals(payment: Payment, reversals: Reversals, now: datetime) -> PaymentChange:
    """The payment with its refunds and disputes as Stripe has them now (TC-009 … TC-013).

    Inquiries take no money; a lost dispute keeps it, a won one gives it back. One that opens is raised to a person, as
    is a refund that has failed.
    """
    after = replace(
        payment,
        status=_status(payment, reversals),
        refunded_total=reversals.refunded_total,
        dispute_status=reversals.dispute_status,
        amount_net=max(0, payment.amount - reversals.refunded_total - reversals.disputed_total),
    )
    found = alerts_for(payment.refunded_total, payment.dispute_status, reversals)
    return PaymentChange(after, tuple(payment_alert(kind, payment, text, now) for kind, text in found))


def payment_alert(kind: AlertKind, payment: Payment, text: str, at: datetime) -> Alert:
    """An alert about `payment`, with the amount and currency that are on record."""
    received = Received(
        order_id=payment.order_id, intent_id=payment.id, amount=payment.amount, currency=payment.currency
    )
    return _alert(kind, received, text, at)


def _status(payment: Payment, reversals: Reversals) -> PaymentStatus:
    if reversals.disputed_total > 0:
        return PaymentStatus.DISPUTED
    if reversals.refunded_total >= payment.amount:
        return PaymentStatus.REFUNDED
    return PaymentStatus.PARTIALLY_REFUNDED if reversals.refunded_total > 0 else PaymentStatus.SUCCEEDED
