"""When Stripe and Firestore say the same about a hold. No input and no output: what differs is in the rows."""

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


def _same(name: str, stripe: str, firestore: str) -> Row:
    return Row(name, stripe, firestore, stripe == firestore)


def _money(amount: int | None, currency: str | None) -> str:
    return f"{amount} {currency}"
