"""The PaymentIntent as it looks on the wire: to the secret key, and to a client that holds its client secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stripe_emulator.api.params import metadata
from stripe_emulator.errors import Object, StripeRefusal, invalid

if TYPE_CHECKING:
    from stripe_emulator.account import Account

# Smallest charge in the currency's smallest unit (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts).
MINIMUM_AMOUNTS = {
    "aed": 200, "aud": 50, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250, "eur": 50, "gbp": 30,
    "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200, "nok": 300, "nzd": 50, "pln": 200,
    "ron": 200, "sek": 300, "sgd": 50, "thb": 1000, "usd": 50,
}  # fmt: skip
LARGEST_AMOUNT = 99_999_999
EXCLUSIVE = ("automatic_payment_methods", "excluded_payment_method_types", "payment_method_configuration")
OPTIONAL_TEXTS = (
    "description",
    "receipt_email",
    "setup_future_usage",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_group",
)
EMPTY: Object = {
    "allowed_payment_method_types": None,
    "amount_capturable": 0,
    "amount_received": 0,
    "application": None,
    "application_fee_amount": None,
    "canceled_at": None,
    "cancellation_reason": None,
    "customer": None,
    "customer_account": None,
    "excluded_payment_method_types": None,
    "last_payment_error": None,
    "latest_charge": None,
    "livemode": False,
    "managed_payments": {"enabled": False},
    "next_action": None,
    "object": "payment_intent",
    "on_behalf_of": None,
    "payment_method": None,
    "processing": None,
    "review": None,
    "shared_payment_granted_token": None,
    "source": None,
    "transfer_data": None,
}
EMPTY_ADDRESS: Object = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
EMPTY_SHIPPING: Object = {"address": EMPTY_ADDRESS, **dict.fromkeys(("carrier", "name", "phone", "tracking_number"))}
CARD_OPTIONS: Object = {
    "installments": None,
    "mandate_options": None,
    "network": None,
    "request_three_d_secure": "automatic",
}
KONBINI_OPTIONS: Object = {
    "confirmation_number": None,
    "expires_after_days": None,
    "expires_at": None,
    "product_description": None,
}
PUBLIC_FIELDS = (
    "id", "object", "allowed_payment_method_types", "amount", "amount_details", "automatic_payment_methods",
    "canceled_at", "cancellation_reason", "capture_method", "client_secret", "confirmation_method", "created",
    "currency", "description", "excluded_payment_method_types", "last_payment_error", "livemode", "next_action",
    "payment_method", "payment_method_configuration_details", "payment_method_types", "processing", "receipt_email",
    "setup_future_usage", "shipping", "status",
)  # fmt: skip


def check(params: dict[str, Any]) -> None:
    """What can be said of a create before it executes. Raises a 400 that names the parameter."""
    currency = params["currency"].lower()
    if currency not in MINIMUM_AMOUNTS:
        raise invalid(f"Invalid currency: {currency}. Stripe currently supports other currencies.", "currency")
    check_amount(params["amount"], currency)
    if "allowed_payment_method_types" in params and (other := next((n for n in EXCLUSIVE if n in params), None)):
        message = f"You may only specify one of these parameters: allowed_payment_method_types, {other}."
        raise invalid(message, None, "parameters_exclusive")
    if params.get("confirm") is not True and "off_session" in params:
        raise invalid("You may only specify off_session when confirm is true.", "off_session")


def check_amount(amount: int, currency: str) -> None:
    """An amount in the smallest unit of its currency that can be charged. Raises a 400."""
    if amount < 1:
        message = (
            "The amount must be greater than or equal to the minimum charge amount allowed for your account and the "
            "currency set (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts).  If you want to "
            "save a Payment Method for future use without an immediate payment, use a Setup Intent instead: "
            "https://docs.stripe.com/payments/setup-intents"
        )
        raise invalid(message, "amount", "parameter_invalid_integer")
    if amount < MINIMUM_AMOUNTS[currency]:
        least = in_words(MINIMUM_AMOUNTS[currency], currency)
        raise invalid(f"Amount must be at least {least}", "amount", "amount_too_small")
    if amount > LARGEST_AMOUNT:
        most = in_words(LARGEST_AMOUNT, currency)
        raise invalid(f"Amount must be no more than {most}", "amount", "amount_too_large")


def in_words(amount: int, currency: str) -> str:
    """An amount in the smallest unit, as errors show it."""
    return f"¥{amount} jpy" if currency == "jpy" else f"{amount} {currency}"


def in_figures(amount: int, currency: str) -> str:
    """An amount in the smallest unit, as refusals of refunds show it."""
    if currency == "jpy":
        return f"¥{amount}"
    figures = f"{amount / 100:.2f}"
    return f"${figures}" if currency == "usd" else f"{figures} {currency}"


def make(account: Account, params: dict[str, Any]) -> Object:
    """A new PaymentIntent without a PaymentMethod."""
    identifier = account.new_id("pi")
    allowed = params.get("allowed_payment_method_types")
    made = {
        **EMPTY,
        **texts({name: params.get(name) for name in OPTIONAL_TEXTS}),
        "allowed_payment_method_types": allowed,
        "amount": params["amount"],
        "amount_details": {"tip": {}},
        "automatic_payment_methods": automatic(params),
        "capture_method": params.get("capture_method", "automatic_async"),
        "client_secret": f"{identifier}_secret_{account.token(25)}",
        "confirmation_method": params.get("confirmation_method", "automatic"),
        "created": account.now,
        "currency": params["currency"].lower(),
        "excluded_payment_method_types": params.get("excluded_payment_method_types"),
        "id": identifier,
        "metadata": metadata(params),
        "payment_method_configuration_details": None if allowed else {"id": "pmc_emulator", "parent": None},
        "payment_method_options": options(["card"], {}),
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
    }
    if allowed and "card" not in allowed:
        raise invalid("None of the allowed payment method types can be used.", "allowed_payment_method_types")
    return account.add(made)


def texts(given: Object) -> Object:
    """What is told about a payment: an empty text is none, and a shipping address has all its fields."""
    told = {name: value or None for name, value in given.items()}
    if shipping := told.get("shipping"):
        told["shipping"] = {**EMPTY_SHIPPING, **shipping, "address": {**EMPTY_ADDRESS, **shipping.get("address", {})}}
    return told


def options(types: list[str], given: Object) -> Object:
    """The options of each payment method: what was given, and the defaults."""
    defaults = {"card": CARD_OPTIONS, "konbini": KONBINI_OPTIONS}
    return {name: {**defaults[name], **given.get(name, {})} for name in types}


def automatic(params: dict[str, Any]) -> Object | None:
    """The `automatic_payment_methods` that a create leads to: on unless the methods are named."""
    if params.get("allowed_payment_method_types"):
        return None
    asked = params.get("automatic_payment_methods", {"enabled": True})
    return {"allow_redirects": asked.get("allow_redirects", "always"), "enabled": asked["enabled"]}


def public(intent: Object) -> Object:
    """What a client with a publishable key may see."""
    return {name: intent[name] for name in PUBLIC_FIELDS}


def of_client(account: Account, identifier: str, client_secret: str | None) -> Object:
    """The PaymentIntent for a caller that proves itself by the client secret. Raises a 400 on a wrong one."""
    intent = account.find("payment_intent", identifier, "intent")
    if client_secret != intent["client_secret"]:
        message = "The client_secret provided does not match the client_secret associated with the PaymentIntent."
        code = "payment_intent_invalid_parameter" if client_secret else "parameter_missing"
        raise StripeRefusal(400, message, code=code, param="client_secret")
    return intent
