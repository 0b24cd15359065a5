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
CLOSED = ("won", "lost", "warning_closed", "prevented")


def is_inquiry(status: str) -> bool:
    """An inquiry moves no money and leaves the charge refundable."""
    return status.startswith("warning_")


def open_dispute(world: World, charge: Object, reason: str, status: str) -> Object:
    """The bank tells of a dispute; unless it is an inquiry, the money is withdrawn at once."""
    inquiry = is_inquiry(status)
    made = world.add(
        {
            "amount": charge["amount_captured"],
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
        world.emit("charge.dispute.funds_withdrawn", made)
    return made


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


def close(world: World, dispute: Object, status: str) -> None:
    """The bank decides; a won dispute brings the money back."""
    world.change(dispute, status=status)
    if status == "won":
        world.emit("charge.dispute.funds_reinstated", dispute)
    world.emit("charge.dispute.closed", dispute)
