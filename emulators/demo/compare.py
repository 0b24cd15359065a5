"""When Stripe and Firestore say the same about a hold or an order. No input, no output: what differs is in the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

STATUSES = {
    "requires_payment_method": "created",
    "requires_confirmation": "created",
    "requires_action": "created",
    "requires_capture": "requires_capture",
    "succeeded": "captured",
    "canceled": "canceled",
}
"""What `payment_intents.status` has to be for each status of Stripe's PaymentIntent."""

ORDERS = {
    ("open", "unpaid"): "pending",
    ("expired", "unpaid"): "pending",
    ("complete", "unpaid"): "pending",
    ("complete", "paid"): "paid",
}
"""What `orders.status` has to be for each status and payment status of its Checkout Session."""


@dataclass(frozen=True)
class Row:
    """One thing that both sides know, in each side's own words."""

    name: str
    stripe: str
    firestore: str
    is_equal: bool


def compare(intent: dict[str, Any], hold: dict[str, Any]) -> list[Row]:
    """Return the PaymentIntent and the document `payment_intents/{id}` side by side; no document is an empty one."""
    kept, recorded = intent["metadata"], hold.get("status")
    return [
        Row("status", intent["status"], str(recorded), (intent["status"], recorded) in STATUSES.items()),
        _same("amount", _money(intent["amount"], intent["currency"]), _money(hold.get("amount"), hold.get("currency"))),
        _same("captured", str(intent["amount_received"]), str(hold.get("amountCaptured") or 0)),
        _same("session", kept.get("sessionId", "none"), str(hold.get("sessionId"))),
        _same("payer", kept.get("userId", "none"), str(hold.get("userId"))),
    ]


@dataclass(frozen=True)
class Sold:
    """A Checkout Session at Stripe, with the PaymentIntent (its charge expanded) and the disputes that came of it."""

    session: dict[str, Any]
    intent: dict[str, Any] | None
    disputes: list[dict[str, Any]]


def compare_order(sold: Sold, order: dict[str, Any], payment: dict[str, Any]) -> list[Row]:
    """Return Stripe's side and `orders/{id}` with its `stripe_payments/{pi}` side by side; none is an empty one."""
    session, intent = sold.session, sold.intent or {}
    reached, recorded = (session["status"], session["payment_status"]), str(order.get("status"))
    charge = intent.get("latest_charge") or {}
    paid_by = session["payment_intent"] if session["payment_status"] == "paid" else None
    disputed = next((dispute["status"] for dispute in sold.disputes), None)
    return [
        Row("page", " / ".join(reached), recorded, ORDERS.get(reached) == recorded),
        _same("amount", _money(session["amount_total"], session["currency"]), _amount_of(order)),
        _same("paid by", str(paid_by or "nobody"), str(order.get("stripe_sid") or "nobody")),
        _same("received", str(intent.get("amount_received") or 0), str(payment.get("amount") or 0)),
        _same("refunded", str(charge.get("amount_refunded") or 0), str(payment.get("refunded_total") or 0)),
        _same("dispute", str(disputed or "none"), str(payment.get("dispute_status") or "none")),
    ]


def _amount_of(order: dict[str, Any]) -> str:
    return _money(order.get("amount"), order.get("currency"))


def _same(name: str, stripe: str, firestore: str) -> Row:
    return Row(name, stripe, firestore, stripe == firestore)


def _money(amount: int | None, currency: str | None) -> str:
    return f"{amount} {currency}"
