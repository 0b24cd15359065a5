"""What the demo calls equal: a Checkout Session with what came of it, and the documents kept of its order."""

from __future__ import annotations

from typing import Any

import pytest

from emulators.demo.compare import Sold, compare_order

ROWS = ["page", "amount", "paid by", "received", "refunded", "dispute"]
ORDER = {"status": "paid", "amount": 2400, "currency": "jpy", "stripe_sid": "pi_1"}
PAYMENT = {"amount": 2400, "refunded_total": 500, "dispute_status": "won"}


def sold(
    *, session: dict[str, Any] | None = None, intent: dict[str, Any] | None = None, dispute: str | None = "won"
) -> Sold:
    """A page that was paid with ¥2,400, of which ¥500 went back, and a dispute that was won."""
    page = {"status": "complete", "payment_status": "paid", "amount_total": 2400, "currency": "jpy"}
    paid = {"amount_received": 2400, "latest_charge": {"amount_refunded": 500}}
    disputes = [{"status": dispute}] if dispute else []
    return Sold({**page, "payment_intent": "pi_1", **(session or {})}, {**paid, **(intent or {})}, disputes)


def differing(at_stripe: Sold, order: dict[str, Any], payment: dict[str, Any]) -> list[str]:
    """The names of the rows that are not equal."""
    return [row.name for row in compare_order(at_stripe, order, payment) if not row.is_equal]


def test_a_paid_order_is_equal_in_every_row() -> None:
    assert [row.name for row in compare_order(sold(), ORDER, PAYMENT)] == ROWS
    assert differing(sold(), ORDER, PAYMENT) == []


def test_an_order_that_nobody_has_tried_to_pay_is_equal_too() -> None:
    page = {"status": "open", "payment_status": "unpaid", "amount_total": 2400, "currency": "jpy"}
    at_stripe = Sold({**page, "payment_intent": None}, None, [])

    assert differing(at_stripe, {**ORDER, "status": "pending", "stripe_sid": None}, {}) == []


@pytest.mark.parametrize(
    ("at_stripe", "row"),
    [
        (sold(session={"status": "open"}), "page"),
        (sold(session={"amount_total": 2401}), "amount"),
        (sold(session={"currency": "usd"}), "amount"),
        (sold(session={"payment_intent": "pi_2"}), "paid by"),
        (sold(intent={"amount_received": 1}), "received"),
        (sold(intent={"latest_charge": {"amount_refunded": 0}}), "refunded"),
        (sold(dispute="lost"), "dispute"),
        (sold(dispute=None), "dispute"),
    ],
)
def test_each_difference_is_named(at_stripe: Sold, row: str) -> None:
    assert differing(at_stripe, ORDER, PAYMENT) == [row]


@pytest.mark.parametrize("missing", ["order", "payment"])
def test_a_document_that_is_not_there_is_equal_to_nothing(missing: str) -> None:
    order, payment = ({}, PAYMENT) if missing == "order" else (ORDER, {})

    assert differing(sold(), order, payment) == (
        ["page", "amount", "paid by"] if missing == "order" else ["received", "refunded", "dispute"]
    )
