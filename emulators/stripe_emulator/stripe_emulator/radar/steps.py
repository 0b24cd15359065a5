"""Early fraud warnings, which card networks send of charges, and reviews, which Radar's rules open of payments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stripe_emulator.errors import Object

if TYPE_CHECKING:
    from stripe_emulator.account import Account

FRAUD_TYPES = (
    "card_never_received", "fraudulent_card_application", "made_with_counterfeit_card", "made_with_lost_card",
    "made_with_stolen_card", "misc", "unauthorized_use_of_card",
)  # fmt: skip
OPENED_REASONS = ("rule", "manual")


def warn(account: Account, charge: Object, fraud_type: str) -> Object:
    """The issuer says that a charge may be fraudulent. It is actionable while it is not disputed nor refunded."""
    made = account.add(
        {
            "actionable": not charge["disputed"] and not charge["refunded"],
            "charge": charge["id"],
            "created": account.now,
            "fraud_type": fraud_type,
            "id": account.new_id("issfr"),
            "livemode": False,
            "object": "radar.early_fraud_warning",
            "payment_intent": charge["payment_intent"],
        }
    )
    account.emit("radar.early_fraud_warning.created", made)
    return made


def open_review(account: Account, charge: Object, opened_reason: str) -> Object:
    """A person is to look at a payment before anything is done for it; the payment itself goes on."""
    made = account.add(
        {
            "billing_zip": None,
            "charge": charge["id"],
            "closed_reason": None,
            "created": account.now,
            "id": account.new_id("prv"),
            "ip_address": None,
            "ip_address_location": None,
            "livemode": False,
            "object": "review",
            "open": True,
            "opened_reason": opened_reason,
            "payment_intent": charge["payment_intent"],
            "reason": opened_reason,
            "session": None,
        }
    )
    account.change(charge, review=made["id"])
    if charge["payment_intent"]:
        account.change(account.find("payment_intent", charge["payment_intent"]), review=made["id"])
    account.emit("review.opened", made)
    return made
