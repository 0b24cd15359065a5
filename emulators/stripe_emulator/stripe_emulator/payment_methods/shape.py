"""PaymentMethods: cards as the account sees them, made from test ids or from what a payment sheet was given."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Any

from stripe_emulator.cards import CARDS, LIVE_CARD, PAYMENT_METHODS, Card, Decline, is_card_number
from stripe_emulator.errors import Object, StripeRefusal, card_error, invalid, missing

if TYPE_CHECKING:
    from stripe_emulator.account import Account

DEFAULT_EXPIRY = (12, 2034)
TYPED_CVC = "123"
"""The `pm_card_…` ids stand for cards whose security code was typed too."""
LONGEST_VALIDITY = 50
"""Years from now."""
BILLING_DETAILS: Object = {
    "address": {"city": None, "country": None, "line1": None, "line2": None, "postal_code": None, "state": None},
    "email": None,
    "name": None,
    "phone": None,
    "tax_id": None,
}


def resolve(account: Account, params: dict[str, Any], *, publishable: bool) -> Object | None:
    """The PaymentMethod that a request brings, or None. Raises what Stripe answers to unusable ones."""
    if data := params.get("payment_method_data"):
        return _from_data(account, data, publishable=publishable)
    identifier: str | None = params.get("payment_method")
    if identifier and identifier in PAYMENT_METHODS:
        card = CARDS[PAYMENT_METHODS[identifier]]
        return make(account, card, DEFAULT_EXPIRY, TYPED_CVC)
    if identifier and identifier not in account.table("payment_method"):
        raise missing("PaymentMethod", identifier, "payment_method", status=400)
    return account.table("payment_method").get(identifier) if identifier else None


def _from_data(account: Account, data: dict[str, Any], *, publishable: bool) -> Object:
    if data.get("type") != "card" or "card" not in data:
        raise invalid("Only cards are modelled by the Stripe emulator.", "payment_method_data[type]")
    if not publishable:
        message = "Sending credit card numbers directly to the Stripe API is generally unsafe."
        raise StripeRefusal(402, message)
    details = data["card"]
    expiry = (_number(details, "exp_month", DEFAULT_EXPIRY[0]), _number(details, "exp_year", DEFAULT_EXPIRY[1]))
    return make(account, known_card(account, str(details.get("number", "")), expiry), expiry, details.get("cvc"))


def _number(details: dict[str, Any], name: str, default: int) -> int:
    try:
        return int(details.get(name, default))
    except ValueError as error:
        raise invalid(f"Invalid integer: {details[name]}", name, "parameter_invalid_integer") from error


def known_card(account: Account, typed: str, expiry: tuple[int, int]) -> Card:
    """The test card that somebody typed. Raises a 402 for what is no card, is past its date, or is a real card."""
    number = typed.replace(" ", "").replace("-", "")
    if not is_card_number(number):
        raise card_error("Your card number is incorrect.", "incorrect_number", param="number")
    _check_expiry(expiry, account)
    if number not in CARDS:
        raise card_error(LIVE_CARD.message, LIVE_CARD.code, LIVE_CARD.decline_code)
    return CARDS[number]


def billing_details(email: str | None, name: str | None, address: Object | None = None) -> Object:
    """Whom a PaymentMethod belongs to."""
    return {
        **BILLING_DETAILS,
        "email": email,
        "name": name,
        "address": {**BILLING_DETAILS["address"], **(address or {})},
    }


def _check_expiry(expiry: tuple[int, int], account: Account) -> None:
    month, year = expiry
    today = dt.datetime.fromtimestamp(account.now, dt.UTC)
    if not 1 <= month <= 12 or (year == today.year and month < today.month):
        raise card_error("Your card's expiration month is invalid.", "invalid_expiry_month", param="exp_month")
    if not today.year <= year <= today.year + LONGEST_VALIDITY:
        raise card_error("Your card's expiration year is invalid.", "invalid_expiry_year", param="exp_year")


def make(
    account: Account, card: Card, expiry: tuple[int, int], cvc: str | None, billing: Object = BILLING_DETAILS
) -> Object:
    """A new PaymentMethod for a card; whether a CVC was typed decides what the issuer checks."""
    details = {**_card_fields(card, expiry), "checks": checks(_cvc_check(card, cvc)), **CARD_ABILITIES}
    made = account.add(_payment_method(account, "card", details, billing))
    account.cards[made["id"]] = card
    return made


def _cvc_check(card: Card, cvc: str | None) -> str:
    if cvc is None:
        return "unchecked"
    if card.decline and card.decline.blocked:
        return "unavailable"
    return "fail" if card.decline and card.decline.only_with_cvc else "pass"


def make_konbini(account: Account, billing: Object) -> Object:
    """A new PaymentMethod for cash at a convenience store."""
    return account.add(_payment_method(account, "konbini", {}, billing))


def _payment_method(account: Account, kind: str, details: Object, billing: Object) -> Object:
    return {
        "id": account.new_id("pm"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": billing,
        kind: details,
        "created": account.now,
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "shared_payment_granted_token": None,
        "type": kind,
    }


CARD_ABILITIES: Object = {
    "generated_from": None,
    "regulated_status": "unregulated",
    "three_d_secure_usage": {"supported": True},
    "wallet": None,
}


def checks(cvc_check: str) -> Object:
    """The issuer's checks of what was typed beside the number."""
    return {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": cvc_check}


def _card_fields(card: Card, expiry: tuple[int, int]) -> Object:
    return {
        "brand": card.brand,
        "country": card.country,
        "display_brand": card.brand,
        "exp_month": expiry[0],
        "exp_year": expiry[1],
        "fingerprint": hashlib.sha256(card.number.encode()).hexdigest()[:16],
        "funding": card.funding,
        "last4": card.number[-4:],
        "networks": {"available": [card.brand], "preferred": None},
    }


def must_authenticate(account: Account, intent: Object, method: Object) -> bool:
    """Whether the issuer, a Radar rule or the request wants 3-D Secure of this card."""
    card = account.cards[method["id"]]
    wanted = intent["payment_method_options"]["card"]["request_three_d_secure"]
    asked = account.settings.request_three_d_secure or wanted in ("any", "challenge")
    return card.authentication or (card.authentication_on_request and asked)


def decline_of(account: Account, method: Object) -> Decline | None:
    """Why the issuer refuses this PaymentMethod, or None. A wrong CVC can only be found where one was given."""
    decline = account.cards[method["id"]].decline
    unchecked = method["card"]["checks"]["cvc_check"] == "unchecked"
    return None if decline and decline.only_with_cvc and unchecked else decline
