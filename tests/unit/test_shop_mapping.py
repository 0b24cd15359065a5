"""The shop's documents, to the letter of the document on Checkout (C-02), and what Stripe is told of an order."""

from __future__ import annotations

from typing import Any

import pytest

from payments.adapters.firestore_mapping import COLLECTIONS, HAND_MADE, changed_fields, field_name, from_doc, to_doc
from payments.adapters.stripe_metadata import order_metadata_of
from payments.core.store import CorruptDocument
from payments.domain.shop.ledger import Payment, PaymentStatus
from payments.domain.shop.orders import Item, Order, OrderMetadata, OrderStatus, PaymentState, Product
from tests.unit.constants import NOW
from tests.unit.shop import a_paid_order, a_payment, a_product, an_item, an_order, metadata

THE_ORDER: dict[str, Any] = {
    "status": "paid",
    "stripe_sid": "pi_1",
    "seller_id": "seller",
    "user_id": "buyer",
    "items": [{"product_id": "tea", "name": "Tea", "unit_amount": 2500, "quantity": 2}],
    "amount": 5000,
    "currency": "jpy",
    "created_at": NOW,
    "requested_at": NOW,
    "checkout_session_id": "cs_1",
    "attempt": 1,
    "paid_at": NOW,
    "livemode": None,
    "account": None,
    "unanswered_since": None,
    "unanswered_why": None,
    "stuck_at": None,
    "due_at": None,
    "rev": 3,
}
THE_PAYMENT: dict[str, Any] = {
    "order_id": "o1",
    "payment_intent_id": "pi_1",
    "status": "succeeded",
    "amount": 5000,
    "currency": "jpy",
    "amount_net": 5000,
    "refunded_total": 0,
    "dispute_status": None,
    "created_at": NOW,
    "rev": 3,
}
THE_METADATA = {"payment_state": "stripe_completed", "last_error": None, "webhook_received": True, "rev": 3}
THE_PRODUCT = {"seller_id": "seller", "name": "Tea", "amount": 2500, "currency": "jpy", "active": True}

DOCUMENTS: dict[str, tuple[Any, dict[str, Any]]] = {
    "orders": (a_paid_order(), THE_ORDER),
    "stripe_payments": (a_payment(), THE_PAYMENT),
    "order_metadata": (metadata(payment_state=PaymentState.COMPLETED, webhook_received=True), THE_METADATA),
    "products": (a_product(), THE_PRODUCT),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_record_of_the_shop_stands_as_the_document_names_it(name: str) -> None:
    """C-02."""
    record, doc = DOCUMENTS[name]

    assert COLLECTIONS[type(record)] == name
    assert to_doc(record, rev=3) == doc
    assert from_doc(type(record), record.id, doc) == record


def test_the_statuses_are_the_documents_own() -> None:
    """C-02, and our own words for why an order is not paid."""
    assert [status.value for status in OrderStatus] == ["pending", "paid"]
    assert {s.value for s in PaymentStatus} == {"succeeded", "refunded", "partially_refunded", "disputed"}
    assert {s.value for s in PaymentState} == {"stripe_completed", "stripe_pending", "stripe_failed"}


def test_an_order_that_has_not_been_tried_yet_has_no_payment() -> None:
    doc = to_doc(an_order(checkout_session_id=None))

    assert (doc["status"], doc["stripe_sid"], doc["checkout_session_id"]) == ("pending", None, None)


ITEM = {"product_id": "tea", "name": "Tea", "unit_amount": 2500, "quantity": 2}
BROKEN_ITEMS: dict[str, Any] = {
    "missing": None,
    "a text": "tea",
    "a map": ITEM,
    "a list of texts": ["tea"],
    "a list of nulls": [None],
    "a line without a price": [{"product_id": "tea", "name": "Tea", "quantity": 2}],
    "half of it": [{**ITEM, "quantity": 0.5}],
    "a text for a price": [{**ITEM, "unit_amount": "2500"}],
    "one broken line of two": [ITEM, {**ITEM, "name": None}],
}


@pytest.mark.parametrize("items", BROKEN_ITEMS.values(), ids=BROKEN_ITEMS)
def test_a_broken_line_makes_its_order_corrupt_and_is_named_by_its_field(items: Any) -> None:
    with pytest.raises(CorruptDocument) as corrupt:
        from_doc(Order, "o1", {**THE_ORDER, "items": items})

    assert str(corrupt.value) == "orders/o1: items"


def test_what_others_have_written_into_a_line_is_passed_over() -> None:
    order = from_doc(Order, "o1", {**THE_ORDER, "items": [{**ITEM, "note": "gift"}]})

    assert order.items == (an_item(),)


def test_only_what_has_changed_is_written() -> None:
    assert changed_fields(an_order(), a_paid_order()) == {
        "status": "paid",
        "stripe_sid": "pi_1",
        "paid_at": NOW,
        "due_at": None,
    }
    assert changed_fields(an_order(), an_order(items=(an_item(quantity=3),))) == {"items": [{**ITEM, "quantity": 3}]}


def test_an_order_without_lines_comes_back_so() -> None:
    """A tuple that is empty is a list that is empty, not null."""
    order = an_order(items=())

    assert from_doc(Order, "o1", to_doc(order)) == order
    assert to_doc(order)["items"] == []


def test_the_sweep_asks_for_orders_by_their_own_name_of_the_field() -> None:
    assert (field_name(Order, "due_at"), field_name(Payment, "order_id")) == ("due_at", "order_id")
    assert field_name(OrderMetadata, "payment_state") == "payment_state"
    assert field_name(Item, "unit_amount") == "unit_amount"


def test_a_product_that_somebody_mistyped_is_none_and_stops_nobody() -> None:
    assert Product in HAND_MADE


def test_stripe_is_told_whose_order_it_is_by_texts() -> None:
    """C-01: by it the webhook finds the order, on the page and on its PaymentIntent."""
    assert order_metadata_of(an_order(attempt=2)) == {
        "orderId": "o1",
        "sellerId": "seller",
        "userId": "buyer",
        "attempt": "2",
    }
