"""The Checkout Session and its line items as they look on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stripe_emulator.api.params import metadata
from stripe_emulator.checkout.params import LONGEST
from stripe_emulator.errors import Object, StripeRefusal

if TYPE_CHECKING:
    from stripe_emulator.account import Account

KONBINI_AMOUNTS = range(120, 300_000 + 1)
"""Yen that a convenience store takes (https://docs.stripe.com/payments/konbini)."""
COPIED = (
    "cancel_url", "client_reference_id", "customer_email", "locale", "submit_type", "success_url",
    "allowed_payment_method_types", "excluded_payment_method_types",
)  # fmt: skip
EMPTY: Object = {
    "after_expiration": None,
    "allow_promotion_codes": None,
    "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
    "billing_address_collection": None,
    "branding_settings": {
        "background_color": "#ffffff",
        "border_style": "rounded",
        "button_color": "#0074d4",
        "display_name": "Stripe emulator",
        "font_family": "default",
        "icon": None,
        "logo": None,
    },
    "client_secret": None,
    "collected_information": {"business_name": None, "individual_name": None, "shipping_details": None},
    "consent": None,
    "consent_collection": None,
    "currency_conversion": None,
    "custom_fields": [],
    "custom_text": {
        "after_submit": None,
        "shipping_address": None,
        "submit": None,
        "terms_of_service_acceptance": None,
    },
    "customer": None,
    "customer_account": None,
    "customer_creation": "if_required",
    "discounts": [],
    "integration_identifier": None,
    "invoice": None,
    "invoice_creation": {
        "enabled": False,
        "invoice_data": {
            "account_tax_ids": None,
            "custom_fields": None,
            "description": None,
            "footer": None,
            "issuer": None,
            "metadata": {},
            "rendering_options": None,
        },
    },
    "livemode": False,
    "managed_payments": {"enabled": False},
    "mode": "payment",
    "object": "checkout.session",
    "origin_context": None,
    "payment_intent": None,
    "payment_link": None,
    "payment_method_collection": "if_required",
    "payment_status": "unpaid",
    "permissions": None,
    "phone_number_collection": {"enabled": False},
    "recovered_from": None,
    "saved_payment_method_options": None,
    "setup_intent": None,
    "shipping_address_collection": None,
    "shipping_cost": None,
    "shipping_options": [],
    "status": "open",
    "subscription": None,
    "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
    "ui_mode": "hosted_page",
    "wallet_options": None,
}


def make(account: Account, params: dict[str, Any]) -> Object:
    """A new open session; its PaymentIntent comes with the first try to pay."""
    identifier = "cs_test_" + account.token(58)
    lines = [_line(account, line) for line in params["line_items"]]
    total = sum(line["amount_total"] for line in lines)
    types = _payment_method_types(account, params, total, lines[0]["currency"])
    email = params.get("customer_email")
    made = {
        **EMPTY,
        **{name: params.get(name) for name in COPIED},
        "adaptive_pricing": {"enabled": params.get("adaptive_pricing", {}).get("enabled", True)},
        "amount_subtotal": total,
        "amount_total": total,
        "created": account.now,
        "currency": lines[0]["currency"],
        "customer_details": customer_details(email, None, None) if email else None,
        "expires_at": params.get("expires_at", account.now + LONGEST),
        "id": identifier,
        "metadata": metadata(params),
        "payment_method_configuration_details": {"id": "pmc_emulator", "parent": None},
        "payment_method_options": _options(types, params.get("payment_method_options", {})),
        "payment_method_types": types,
        "url": f"{account.checkout_url}/c/pay/{identifier}",
    }
    account.line_items[identifier] = lines
    account.intent_data[identifier] = params.get("payment_intent_data", {})
    return account.add(made)


def _options(types: list[str], given: Object) -> Object:
    card = {"card": {"request_three_d_secure": "automatic", **given.get("card", {})}} if "card" in types else {}
    return {**given, **card}


def customer_details(email: str | None, name: str | None, address: Object | None) -> Object:
    """What the page has learnt about the customer."""
    return {
        "address": address,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": name,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [] if name else None,
    }


def _payment_method_types(account: Account, params: dict[str, Any], total: int, currency: str) -> list[str]:
    manual = params.get("payment_intent_data", {}).get("capture_method") == "manual"
    konbini = account.settings.konbini and currency == "jpy" and total in KONBINI_AMOUNTS and not manual
    eligible = ["card", *(["konbini"] if konbini else [])]
    allowed = params.get("allowed_payment_method_types") or eligible
    excluded = params.get("excluded_payment_method_types") or []
    types = [each for each in eligible if each in allowed and each not in excluded]
    if not types:
        message = "No valid payment method types for this Checkout Session."
        raise StripeRefusal(400, message, param="allowed_payment_method_types")
    return types


def _line(account: Account, line: dict[str, Any]) -> Object:
    data = line["price_data"]
    amount = data["unit_amount"] * line["quantity"]
    currency = data["currency"].lower()
    return {
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": currency,
        "description": data["product_data"]["name"],
        "id": account.new_id("li"),
        "metadata": line.get("metadata", {}),
        "object": "item",
        "price": _price(account, data["unit_amount"], currency),
        "quantity": line["quantity"],
    }


def _price(account: Account, amount: int, currency: str) -> Object:
    return {
        "active": False,
        "billing_scheme": "per_unit",
        "created": account.now,
        "currency": currency,
        "custom_unit_amount": None,
        "id": account.new_id("price"),
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "object": "price",
        "product": account.new_id("prod"),
        "recurring": None,
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": amount,
        "unit_amount_decimal": str(amount),
    }


def success_url(session: Object) -> str:
    """Where a customer goes who has paid, with the session's id where the URL asks for it."""
    url: str = session["success_url"]
    return url.replace("{CHECKOUT_SESSION_ID}", session["id"])
