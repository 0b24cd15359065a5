"""Disputes: a card's owner asks the bank for the money back; an inquiry only asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stripe_emulator.api.params import metadata
from stripe_emulator.balance import book_dispute
from stripe_emulator.errors import Object, StripeRefusal

if TYPE_CHECKING:
    from stripe_emulator.account import Account

EVIDENCE_FIELDS = (
    "access_activity_log", "billing_address", "cancellation_policy", "cancellation_policy_disclosure",
    "cancellation_rebuttal", "customer_communication", "customer_email_address", "customer_name",
    "customer_purchase_ip", "customer_signature", "duplicate_charge_documentation", "duplicate_charge_explanation",
    "duplicate_charge_id", "product_description", "receipt", "refund_policy", "refund_policy_disclosure",
    "refund_refusal_explanation", "service_date", "service_documentation", "shipping_address", "shipping_carrier",
    "shipping_date", "shipping_documentation", "shipping_tracking_number", "uncategorized_file", "uncategorized_text",
)  # fmt: skip
RESPONSE_TIME = 7 * 86_400
DECIDED_AFTER = 60
"""Seconds until the bank decides on the evidence of Stripe's tests."""
DECIDING_EVIDENCE = {"winning_evidence": "won", "losing_evidence": "lost"}
"""What the text of the evidence makes the bank decide (https://docs.stripe.com/testing#disputes)."""
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


def open_dispute(account: Account, charge: Object, reason: str, status: str, amount: int) -> Object:
    """The bank tells of a dispute; unless it is an inquiry, the money is withdrawn at once."""
    inquiry = is_inquiry(status)
    made = account.add(
        {
            "amount": amount,
            "balance_transaction": None,
            "balance_transactions": [],
            "charge": charge["id"],
            "created": account.now,
            "currency": charge["currency"],
            "enhanced_eligibility_types": [],
            "evidence": {**dict.fromkeys(EVIDENCE_FIELDS), "enhanced_evidence": {}},
            "evidence_details": _evidence_details(account),
            "id": account.new_id("du"),
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
    account.change(charge, disputed=True, dispute=made["id"])
    if not inquiry:
        _book(account, made, withdrawn=True)
    account.emit("charge.dispute.created", made)
    if not inquiry:
        account.emit("charge.dispute.funds_withdrawn", made)
    return made


def _book(account: Account, dispute: Object, *, withdrawn: bool) -> None:
    booked = [*dispute["balance_transactions"], book_dispute(account, dispute, withdrawn=withdrawn)]
    account.change(dispute, balance_transaction=booked[0]["id"], balance_transactions=booked)


def _evidence_details(account: Account) -> Object:
    return {
        "due_by": account.now + RESPONSE_TIME,
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


def move(account: Account, dispute: Object, status: str) -> None:
    """An open dispute goes on; an inquiry that becomes a chargeback takes the money."""
    before = dispute["status"]
    escalates = is_inquiry(before) and not is_inquiry(status)
    account.change(dispute, status=status)
    if escalates:
        card = {**dispute["payment_method_details"]["card"], "case_type": "chargeback"}
        account.change(dispute, is_charge_refundable=False, payment_method_details={"card": card, "type": "card"})
        _book(account, dispute, withdrawn=True)
    account.emit("charge.dispute.updated", dispute, {"status": before})
    if escalates:
        account.emit("charge.dispute.funds_withdrawn", dispute)


def close(account: Account, dispute: Object, status: str) -> None:
    """The bank decides; a won dispute brings the money back, and the charge can be refunded again."""
    before = dispute["status"]
    account.change(dispute, status=status)
    if status == "won":
        account.change(dispute, is_charge_refundable=True)
        _book(account, dispute, withdrawn=False)
        account.emit("charge.dispute.funds_reinstated", dispute)
    account.emit("charge.dispute.closed", dispute, {"status": before})


def give_in(account: Account, dispute: Object) -> None:
    """The account accepts the dispute. Raises a 400 if the dispute has ended."""
    if "lost" not in CLOSINGS[dispute["status"]]:
        raise StripeRefusal(400, "This dispute is already closed.")
    close(account, dispute, "lost")


def update(account: Account, dispute: Object, params: dict[str, Any]) -> None:
    """Hand evidence to the bank, or keep it for later. Raises a 400 if the bank takes no more."""
    given = params.get("evidence", {})
    if given and dispute["status"] not in OPENED:
        raise StripeRefusal(400, f"This dispute has a status of {dispute['status']} and takes no evidence.")
    account.change(dispute, metadata=metadata(params, dispute["metadata"]), evidence={**dispute["evidence"], **given})
    if not given:
        return
    submitted = params.get("submit", True)
    count = dispute["evidence_details"]["submission_count"] + submitted
    details = {**dispute["evidence_details"], "has_evidence": True, "submission_count": count}
    account.change(dispute, evidence_details=details)
    if submitted:
        move(account, dispute, MOVES[dispute["status"]][0])
        _wait_for_decision(account, dispute)


def _wait_for_decision(account: Account, dispute: Object) -> None:
    decision = DECIDING_EVIDENCE.get(dispute["evidence"]["uncategorized_text"] or "")
    if decision in CLOSINGS[dispute["status"]]:
        account.at(account.now + DECIDED_AFTER, lambda: _decide(account, dispute, str(decision)))


def _decide(account: Account, dispute: Object, decision: str) -> None:
    if decision in CLOSINGS[dispute["status"]]:
        close(account, dispute, decision)
