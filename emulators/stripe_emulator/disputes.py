"""Disputes: a card's owner asks the bank for the money back; an inquiry only asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .errors import Object
    from .world import World

EVIDENCE_FIELDS = (
    "access_activity_log", "billing_address", "cancellation_policy", "cancellation_policy_disclosure",
    "cancellation_rebuttal", "customer_communication", "customer_email_address", "customer_name",
    "customer_purchase_ip", "customer_signature", "duplicate_charge_documentation", "duplicate_charge_explanation",
    "duplicate_charge_id", "product_description", "receipt", "refund_policy", "refund_policy_disclosure",
    "refund_refusal_explanation", "service_date", "service_documentation", "shipping_address", "shipping_carrier",
    "shipping_date", "shipping_documentation", "shipping_tracking_number", "uncategorized_file", "uncategorized_text",
)  # fmt: skip
RESPONSE_TIME = 7 * 86_400
OPENED = ("needs_response", "warning_needs_response")
MOVES: dict[str, tuple[str, ...]] = {
    "needs_response": ("under_review",),
    "under_review": ("needs_response",),
    "warning_needs_response": ("warning_under_review", "needs_response"),
    "warning_under_review": ("warning_needs_response", "needs_response"),
    "won": (),
    "lost": (),
    "warning_closed": (),
    "prevented": (),
}
"""Where an open dispute can go: evidence is handed in, the bank asks again, an inquiry becomes a chargeback."""
CLOSINGS: dict[str, tuple[str, ...]] = {
    status: () if not moves else (("warning_closed", "prevented") if status.startswith("warning_") else ("won", "lost"))
    for status, moves in MOVES.items()
}
"""How a dispute can end; what has ended stays so."""


def is_inquiry(status: str) -> bool:
    """An inquiry moves no money and leaves the charge refundable."""
    return status.startswith("warning_")


def check(charge: Object, amount: int) -> None:
    """Whether so much of a charge can be disputed. Raises ValueError."""
    if not charge["captured"]:
        raise ValueError("only captured money can be disputed")
    if charge["payment_method_details"]["type"] != "card":
        raise ValueError("only card payments can be disputed")
    if not 1 <= amount <= charge["amount_captured"]:
        raise ValueError("no more than what was captured can be disputed")


def open_dispute(world: World, charge: Object, reason: str, status: str, amount: int) -> Object:
    """The bank tells of a dispute; unless it is an inquiry, the money is withdrawn at once."""
    inquiry = is_inquiry(status)
    made = world.add(
        {
            "amount": amount,
            "balance_transactions": [],
            "charge": charge["id"],
            "created": world.now,
            "currency": charge["currency"],
            "enhanced_eligibility_types": [],
            "evidence": {**dict.fromkeys(EVIDENCE_FIELDS), "enhanced_evidence": {}},
            "evidence_details": _evidence_details(world),
            "id": world.new_id("du"),
            "is_charge_refundable": inquiry,
            "livemode": False,
            "metadata": {},
            "object": "dispute",
            "payment_intent": charge["payment_intent"],
            "payment_method_details": _method_details(charge, inquiry=inquiry),
            "reason": reason,
            "status": status,
        }
    )
    world.change(charge, disputed=True)
    world.emit("charge.dispute.created", made)
    if not inquiry:
        _withdraw(world, made)
    return made


def _withdraw(world: World, dispute: Object) -> None:
    _book(world, dispute, -dispute["amount"], "dispute")
    world.emit("charge.dispute.funds_withdrawn", dispute)


def _book(world: World, dispute: Object, amount: int, category: str) -> None:
    made = {
        "id": world.new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": world.now,
        "balance_type": "payments",
        "created": world.now,
        "currency": dispute["currency"],
        "description": f"Chargeback of {dispute['charge']}",
        "exchange_rate": None,
        "fee": 0,
        "fee_details": [],
        "net": amount,
        "reporting_category": category,
        "source": dispute["id"],
        "status": "available",
        "type": "adjustment",
    }
    world.change(dispute, balance_transactions=[*dispute["balance_transactions"], made])


def _evidence_details(world: World) -> Object:
    return {
        "due_by": world.now + RESPONSE_TIME,
        "enhanced_eligibility": {},
        "has_evidence": False,
        "past_due": False,
        "submission_count": 0,
    }


def _method_details(charge: Object, *, inquiry: bool) -> Object:
    brand = charge["payment_method_details"]["card"]["brand"]
    case_type = "inquiry" if inquiry else "chargeback"
    card = {"brand": brand, "case_type": case_type, "network": brand, "network_reason_code": "10.4"}
    return {"card": card, "type": "card"}


def move(world: World, dispute: Object, status: str) -> None:
    """An open dispute goes on; an inquiry that becomes a chargeback takes the money."""
    escalates = is_inquiry(dispute["status"]) and not is_inquiry(status)
    world.change(dispute, status=status)
    if escalates:
        card = {**dispute["payment_method_details"]["card"], "case_type": "chargeback"}
        world.change(dispute, is_charge_refundable=False, payment_method_details={"card": card, "type": "card"})
    world.emit("charge.dispute.updated", dispute)
    if escalates:
        _withdraw(world, dispute)


def close(world: World, dispute: Object, status: str) -> None:
    """The bank decides; a won dispute brings the money back."""
    world.change(dispute, status=status)
    if status == "won":
        _book(world, dispute, dispute["amount"], "dispute_reversal")
        world.emit("charge.dispute.funds_reinstated", dispute)
    world.emit("charge.dispute.closed", dispute)
