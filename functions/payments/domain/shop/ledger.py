"""What is paid for an order, and what goes back (C-02): read from Stripe, never added up from events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from payments.core.alerts import Alert, AlertKind
from payments.domain.shop.orders import Order, OrderMetadata, OrderStatus, PaymentState
from payments.stripe_model.reversals import MoneyBack, worries
from payments.stripe_model.snapshots import Page, PageState, Received


def turn(books: Books, page: Page, now: datetime, *, by_webhook: bool) -> Books:
    """What a page says of its order: paid, over without money, waiting for a delayed method, or nothing yet."""
    if page.received is not None:
        return settle(books, page.received, now, by_webhook=by_webhook)
    if page.is_over:
        error = "async_payment_failed" if page.has_failed else "expired"
        return page_over(books, page.id, PaymentState.FAILED, error, by_webhook=by_webhook)
    if page.state is PageState.COMPLETE:
        return page_over(books, page.id, PaymentState.PENDING, None, by_webhook=by_webhook)
    return books


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
class Books:
    """An order with all that is written of its payment, before or after a decision."""

    order: Order
    metadata: OrderMetadata
    payments: Mapping[str, Payment]
    alerts: tuple[Alert, ...] = ()


def settle(books: Books, received: Received, now: datetime, *, by_webhook: bool) -> Books:
    """An order is paid, once, by the first payment of its amount (C-03). Every payment is kept, whatever it is for.

    A second payment, or one of another amount, is raised to a person with the refund to make.
    """
    order, known = books.order, books.payments.get(received.intent_id)
    if known is not None and known.order_id != order.id:
        text = f"it has paid {known.order_id} already: one payment pays one order"
        return replace(books, alerts=(_alert(AlertKind.CONTRADICTION, received, text, now),))
    is_new = known is None
    payments = {**books.payments, received.intent_id: _payment(received, now)} if is_new else books.payments
    metadata = replace(books.metadata, webhook_received=books.metadata.webhook_received or by_webhook)
    books = replace(books, payments=payments, metadata=metadata)
    if (received.amount, received.currency) != (order.amount, order.currency):
        text = f"order of {order.amount} {order.currency}: refund it or take it for the order by hand"
        return replace(books, alerts=(_alert(AlertKind.AMOUNT_DIFFERS, received, text, now),) if is_new else ())
    if order.status is OrderStatus.PAID:
        is_second = is_new and order.stripe_sid != received.intent_id
        text = f"the order is paid already by {order.stripe_sid}: refund {received.amount} {received.currency}"
        return replace(books, alerts=(_alert(AlertKind.PAID_TWICE, received, text, now),) if is_second else ())
    paid = replace(order, status=OrderStatus.PAID, stripe_sid=received.intent_id, paid_at=now, due_at=None)
    done = replace(metadata, payment_state=PaymentState.COMPLETED, last_error=None)
    return replace(books, order=paid, metadata=done)


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


def try_failed(books: Books, error: str) -> Books:
    """One try on the page has failed; its payer may try again there, so that nothing is over (TC-004, TC-014)."""
    if books.order.status is OrderStatus.PAID:
        return books
    return replace(books, metadata=replace(books.metadata, last_error=error))


def page_over(books: Books, page_id: str, state: PaymentState, error: str | None, *, by_webhook: bool) -> Books:
    """The order's page is over without its money: FAILED for good, or PENDING with a delayed method.

    Another page than the order's current one says nothing of it, nor does any once the order is paid; what has failed
    for good is not waited for again. What the issuer said of the last try says more than how the page came to its end.
    """
    is_current = books.order.checkout_session_id == page_id
    was_over = books.metadata.payment_state is PaymentState.FAILED and state is PaymentState.PENDING
    if books.order.status is OrderStatus.PAID or not is_current or was_over:
        return books
    metadata = replace(
        books.metadata,
        payment_state=state,
        last_error=books.metadata.last_error or error,
        webhook_received=books.metadata.webhook_received or (by_webhook and state is PaymentState.FAILED),
    )
    is_over = state is PaymentState.FAILED
    order = replace(books.order, due_at=None) if is_over else books.order
    return replace(books, order=order, metadata=metadata)


def give_back(payment: Payment, money: MoneyBack, now: datetime) -> tuple[Payment, tuple[Alert, ...]]:
    """The payment with its refunds and disputes as Stripe has them now (TC-009 … TC-013).

    Inquiries take no money; a lost dispute keeps it, a won one gives it back. One that opens is raised to a person, as
    is a refund that has failed.
    """
    after = replace(
        payment,
        status=_status(payment, money),
        refunded_total=money.refunded_total,
        dispute_status=money.dispute_status,
        amount_net=max(0, payment.amount - money.refunded_total - money.disputed_total),
    )
    received = Received(
        order_id=payment.order_id, intent_id=payment.id, amount=payment.amount, currency=payment.currency
    )
    found = worries(payment.refunded_total, payment.dispute_status, money)
    return after, tuple(_alert(kind, received, text, now) for kind, text in found)


def _status(payment: Payment, money: MoneyBack) -> PaymentStatus:
    if money.disputed_total > 0:
        return PaymentStatus.DISPUTED
    if money.refunded_total >= payment.amount:
        return PaymentStatus.REFUNDED
    return PaymentStatus.PARTIALLY_REFUNDED if money.refunded_total > 0 else PaymentStatus.SUCCEEDED
