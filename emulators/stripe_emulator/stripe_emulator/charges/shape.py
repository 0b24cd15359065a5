"""Charges: the attempt at the card's issuer that a PaymentIntent makes; a manual hold is an uncaptured charge.

Windows: https://docs.stripe.com/payments/place-a-hold-on-a-payment-method.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stripe_emulator.balance import book_charge

if TYPE_CHECKING:
    from stripe_emulator.account import Account
    from stripe_emulator.cards import Card, Decline
    from stripe_emulator.errors import Object

DAY = 86_400
LONG_WINDOW, SHORT_WINDOW = 30 * DAY, 7 * DAY
LONG_WINDOW_BRANDS = {"visa", "mastercard", "jcb", "diners", "discover"}
EMPTY: Object = {
    "application": None,
    "application_fee": None,
    "application_fee_amount": None,
    "customer": None,
    "destination": None,
    "dispute": None,
    "disputed": False,
    "failure_balance_transaction": None,
    "fraud_details": {},
    "livemode": False,
    "object": "charge",
    "on_behalf_of": None,
    "order": None,
    "radar_options": {},
    "receipt_number": None,
    "refunded": False,
    "review": None,
    "source": None,
    "source_transfer": None,
    "transfer_data": None,
}
ADVICE = ("advice_code", "network_advice_code", "network_decline_code")
"""What a decline says about trying again, in the charge's outcome and in the error."""
COPIED = (
    "currency",
    "description",
    "metadata",
    "receipt_email",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_group",
)


def capture_window(account: Account, card: Card, currency: str) -> int:
    """Seconds for which a hold lasts: 30 days for JPY of a Japanese account on the card brands named, else 7."""
    if account.settings.capture_window is not None:
        return account.settings.capture_window
    domestic = account.settings.country == "JP" and currency == "jpy"
    return LONG_WINDOW if domestic and card.brand in LONG_WINDOW_BRANDS else SHORT_WINDOW


def make(
    account: Account, intent: Object, method: Object, decline: Decline | None, *, authenticated: bool, capture: bool
) -> Object:
    """A new charge for a PaymentIntent, failed if the issuer declined."""
    captured = capture and decline is None
    automatic = intent["capture_method"] == "automatic"
    identifier = account.new_id("ch")
    made = {
        **EMPTY,
        **{name: intent[name] for name in COPIED},
        "metadata": dict(intent["metadata"]),
        "id": identifier,
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if captured else 0,
        "amount_refunded": 0,
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": "STRIPE EMULATOR",
        "captured": captured,
        "created": account.now,
        "failure_code": decline.code if decline else None,
        "failure_message": decline.message if decline else None,
        "outcome": _outcome(decline),
        "paid": decline is None,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": _details(
            account, intent, method, decline, authenticated=authenticated, captured=captured
        ),
        "receipt_url": None if decline else f"https://pay.stripe.com/receipts/payment/{identifier}",
        "status": "failed" if decline else "succeeded",
    }
    charge = account.add(made)
    if captured and automatic:
        account.change(charge, balance_transaction=book_charge(account, charge))
    return charge


def _outcome(decline: Decline | None) -> Object:
    outcome: Object = {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "approved_by_network",
        "reason": None,
        "risk_level": "normal",
        "risk_score": 12,
        "seller_message": "Payment complete.",
        "type": "authorized",
    }
    if decline is None:
        return outcome
    reason = decline.decline_code or decline.code
    refused = {
        **{name: getattr(decline, name) for name in ADVICE},
        "network_status": "declined_by_network",
        "reason": reason,
        "seller_message": "The bank did not return any further details with this decline.",
        "type": "issuer_declined",
    }
    if decline.blocked:
        blocked = {"network_status": "not_sent_to_network", "reason": "highest_risk_level", "type": "blocked"}
        refused |= {**blocked, "seller_message": "Stripe blocked this payment as too risky."}
    return {**outcome, **refused}


def _details(
    account: Account, intent: Object, method: Object, decline: Decline | None, *, authenticated: bool, captured: bool
) -> Object:
    if method["type"] == "konbini":
        return {"konbini": {"store": {"chain": "familymart"}}, "type": "konbini"}
    facts = method["card"]
    card: Object = {
        **{name: facts[name] for name in ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint")},
        **{name: facts[name] for name in ("funding", "last4")},
        "amount_authorized": None if decline else intent["amount"],
        "authorization_code": None if decline and decline.blocked else "123456",
        "extended_authorization": {"status": "disabled"},
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "mandate": None,
        "multicapture": {"status": "unavailable"},
        "network": facts["brand"],
        "network_token": {"used": False},
        "network_transaction_id": str(account.now).rjust(15, "1"),
        "overcapture": {"maximum_amount_capturable": intent["amount"], "status": "unavailable"},
        "regulated_status": "unregulated",
        "three_d_secure": _three_d_secure() if authenticated else None,
        "transaction_link_id": "MCC0000000000000000001" if facts["brand"] == "mastercard" else None,
        "wallet": None,
    }
    if decline is None and not captured:
        card["capture_before"] = account.now + capture_window(account, account.cards[method["id"]], intent["currency"])
    return {"card": card, "type": "card"}


def _three_d_secure() -> Object:
    return {
        "authentication_flow": "challenge",
        "electronic_commerce_indicator": "05",
        "exemption_indicator": None,
        "result": "authenticated",
        "result_reason": None,
        "transaction_id": "00000000-0000-4000-8000-000000000000",
        "version": "2.2.0",
    }


def capture_before(charge: Object) -> int | None:
    """When an uncaptured charge is let go by itself (unix seconds), or None."""
    value: Any = charge["payment_method_details"]["card"].get("capture_before")
    return value
