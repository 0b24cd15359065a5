"""The promise, for orders: nothing paid is lost, an order is paid once, and every surplus has been raised to a person.

Called when all time has passed that anything waits for: what is still open then is open for ever.
"""

from __future__ import annotations

from typing import Final

import stripe

from payments.domain.shop.ledger import Payment, PaymentStatus
from payments.domain.shop.orders import Order, OrderStatus, PaymentState
from tests.integration.deployment import Deployment
from tests.integration.shop import named, orders, pages, payments, state

GONE: Final = {"failed", "canceled"}


def check_orders(deployment: Deployment) -> None:
    """Every PaymentIntent, page, order and payment of the shop, compared. Call it when everything has come to rest."""
    known, found = orders(deployment), payments(deployment)
    ours = {i.id: i for i in deployment.intents().values() if named(i).get("orderId") in known}
    _check_nothing_is_lost(ours, found)
    for payment in found.values():
        _check_payment(deployment, payment)
    for order in known.values():
        _check_order(deployment, order, {p.id: p for p in found.values() if p.order_id == order.id})


def _check_nothing_is_lost(intents: dict[str, stripe.PaymentIntent], found: dict[str, Payment]) -> None:
    """Money that has come in for an order is on record, and nothing else is."""
    assert {i.id for i in intents.values() if i.status == "succeeded"} == found.keys()
    for payment in found.values():
        intent = intents[payment.id]
        assert (payment.amount, payment.currency) == (intent.amount_received, intent.currency), payment
        assert payment.payment_intent_id == payment.id
        assert named(intent)["orderId"] == payment.order_id, payment


def _check_payment(deployment: Deployment, payment: Payment) -> None:
    """What goes back is as Stripe has it."""
    refunds = deployment.sdk.v1.refunds.list({"payment_intent": payment.id, "limit": 100}).data
    disputes = deployment.sdk.v1.disputes.list({"payment_intent": payment.id, "limit": 100}).data
    refunded = sum(refund.amount for refund in refunds if refund.status not in GONE)
    taken = sum(d.amount for d in disputes if d.status != "won" and not d.status.startswith("warning_"))
    assert payment.refunded_total == refunded, payment
    assert payment.amount_net == max(0, payment.amount - refunded - taken), payment
    assert (payment.status is PaymentStatus.DISPUTED) is (taken > 0), payment
    assert (payment.dispute_status is None) is (not disputes), payment


def _check_order(deployment: Deployment, order: Order, mine: dict[str, Payment]) -> None:
    right = {p.id for p in mine.values() if (p.amount, p.currency) == (order.amount, order.currency)}
    raised = deployment.alerts_by_intent()
    assert (order.status is OrderStatus.PAID) is bool(right), order
    assert (order.stripe_sid in right) if right else order.stripe_sid is None, order
    assert (state(deployment, order.id) == PaymentState.COMPLETED) is bool(right), order
    assert order.due_at is None, order
    assert {i for i in mine if "paid_twice" in raised.get(i, ())} == right - {order.stripe_sid}, order
    assert {i for i in mine if "amount_differs" in raised.get(i, ())} == mine.keys() - right, order
    _check_pages(deployment, order, right)


def _check_pages(deployment: Deployment, order: Order, right: set[str]) -> None:
    """An order is paid on one page; where Stripe let two be paid, the second has been raised (above)."""
    made = pages(deployment, order.id)
    assert all(page.status != "open" for page in made), order
    paid = {str(page.payment_intent) for page in made if page.payment_status == "paid"}
    assert right <= paid, order
