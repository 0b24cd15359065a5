"""What is on record of an order's payment, compared with what Stripe says of its PaymentIntent."""

from __future__ import annotations

from payments.domain.shop.ledger import Payment
from payments.domain.shop.orders import Order, OrderStatus
from payments.stripe_model.snapshots import IntentStatus, PaymentIntentSnapshot


def difference(payment: Payment, order: Order | None, snapshot: PaymentIntentSnapshot) -> str | None:
    """In which they differ, in words; None if they agree. What has gone back of it is not compared here."""
    if snapshot.status is not IntentStatus.CAPTURED:
        return f"on record: {payment.status}; Stripe says: {snapshot.status}"
    if (payment.amount, payment.currency) != (snapshot.amount_received, snapshot.currency):
        return f"on record: {payment.amount} {payment.currency}; at Stripe: {snapshot.amount_received}"
    is_unpaid = order is not None and order.status is not OrderStatus.PAID
    pays_it = order is not None and (order.amount, order.currency) == (payment.amount, payment.currency)
    return "the order is pending though it is paid" if is_unpaid and pays_it else None
