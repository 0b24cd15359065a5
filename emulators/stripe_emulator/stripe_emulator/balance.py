"""Balance transactions: each movement of the account's money, with Stripe's fee."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stripe_emulator.account import Account
    from stripe_emulator.errors import Object

DAY = 86_400
PAID_OUT_AFTER = 4 * DAY
CHARGE_FEE = 0.036
DISPUTE_FEE = 1500
"""In the smallest unit of the currency. A won dispute brings it back."""


def book_charge(account: Account, charge: Object) -> str:
    """The money of a captured charge comes in. Answers the id."""
    fee = _fee(charge, round(charge["amount_captured"] * CHARGE_FEE), "Stripe processing fees")
    described = {"description": charge["description"], "reporting_category": "charge", "type": "charge"}
    return str(_book(account, charge, charge["amount_captured"], fee, described)["id"])


def book_refund(account: Account, refund: Object, amount: int) -> str:
    """The money of a refund goes out, or, if the refund failed, comes back. Answers the id."""
    kind = "refund" if amount < 0 else "refund_failure"
    described = {"description": f"REFUND FOR CHARGE ({refund['charge']})", "reporting_category": kind, "type": kind}
    return str(_book(account, refund, amount, [], described)["id"])


def book_dispute(account: Account, dispute: Object, *, withdrawn: bool) -> Object:
    """A bank takes the disputed money and Stripe its fee, or both come back."""
    sign = 1 if withdrawn else -1
    fee = _fee(dispute, sign * DISPUTE_FEE, "Dispute fee" if withdrawn else "Dispute fee refund")
    described = {
        "description": f"Chargeback {'withdrawal' if withdrawn else 'reversal'} for {dispute['charge']}",
        "reporting_category": "dispute" if withdrawn else "dispute_reversal",
        "type": "adjustment",
    }
    return _book(account, dispute, -sign * dispute["amount"], fee, described)


def _fee(source: Object, amount: int, description: str) -> list[Object]:
    detail = {"amount": amount, "application": None, "currency": source["currency"], "description": description}
    return [{**detail, "type": "stripe_fee"}]


def _book(account: Account, source: Object, amount: int, fees: list[Object], described: dict[str, Any]) -> Object:
    fee = sum(each["amount"] for each in fees)
    made = {
        "id": account.new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": (account.now + PAID_OUT_AFTER) // DAY * DAY,
        "balance_type": "payments",
        "created": account.now,
        "currency": source["currency"],
        "exchange_rate": None,
        "fee": fee,
        "fee_details": fees,
        "net": amount - fee,
        "source": source["id"],
        "status": "pending",
        **described,
    }
    return account.add(made)
