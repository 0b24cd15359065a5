"""Looks at all sides of an order at once: Stripe, every field in the database, the result API, the screen."""

from __future__ import annotations

from tests.e2e.checkout.screens import Screen
from tests.e2e.checkout.shop import TOTAL, Books, Ordered, Shop


def is_paid(shop: Shop, order: Ordered) -> None:
    """Paid once, by the only payment on record; the webhook has come."""
    stripe, books = shop.at_stripe(order), shop.books(order)
    assert stripe.intent
    intent = stripe.intent.id
    assert stripe.statuses == ("complete", "succeeded", "succeeded")
    assert (stripe.session.payment_status, stripe.session.amount_total) == ("paid", TOTAL)
    assert (stripe.intent.amount_received, stripe.intent.metadata.to_dict()["orderId"]) == (TOTAL, order.id)
    is_on_record_as_paid(books, intent)
    assert shop.received("payment_intent.succeeded", intent)
    assert shop.result(order) == result(shop, "paid", is_paid=True, webhook_received=True)


def is_on_record_as_paid(books: Books, intent: str) -> None:
    """Every field of C-02 after the plain way."""
    assert (books.order["status"], books.order["stripe_sid"]) == ("paid", intent)
    assert (books.order["amount"], books.order["currency"]) == (TOTAL, "jpy")
    assert books.metadata["payment_state"] == "stripe_completed"
    assert books.metadata["last_error"] is None
    payment = books.payment
    assert (payment["status"], payment["payment_intent_id"]) == ("succeeded", intent)
    assert (payment["amount"], payment["amount_net"], payment["currency"]) == (TOTAL, TOTAL, "jpy")
    assert (payment["refunded_total"], payment["dispute_status"]) == (0, None)
    assert books.alerts == []


def is_unpaid(shop: Shop, order: Ordered, *, last_error: str | None = "card_declined") -> None:
    """Nothing has been paid, and the page is still open for another try or none has been made."""
    books = shop.books(order)
    assert (books.order["status"], books.order["stripe_sid"]) == ("pending", None)
    assert books.payments == {}
    assert (books.metadata["payment_state"], books.metadata["last_error"]) == (None, last_error)
    assert books.alerts == []
    assert shop.result(order) == result(shop, "pending")


def result(shop: Shop, status: str, *, is_paid: bool = False, webhook_received: bool = False) -> dict[str, object]:
    """What `/api/checkout/result` answers, whole: nothing personal is in it (C-03)."""
    return {
        "isPaid": is_paid,
        "webhookReceived": webhook_received,
        "status": status,
        "amount": TOTAL,
        "currency": "jpy",
        "sellerId": shop.seller,
    }


def shows_success(screen: Screen, order: Ordered) -> None:
    """C-04."""
    screen.is_at_success(order)
    screen.webhooks_come()
    screen.shows("決済ステータス: 完了", "決済完了")
    screen.shows_amount(TOTAL)


def shows_cancel(screen: Screen, order: Ordered) -> None:
    """C-05."""
    screen.is_at_cancel(order)
    screen.shows("決済は完了していません", "決済未完了", "もう一度試す")
