"""Stripe's test cards as one table: what each number does, and the `pm_card_…` ids that stand for it.

Source: https://docs.stripe.com/testing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Brand = Literal["visa", "mastercard", "amex", "discover", "diners", "jcb", "unionpay"]


@dataclass(frozen=True)
class Decline:
    """Why an issuer (or Radar) says no.

    `advice_code` is Stripe's advice on trying again; the network's own advice and code come from the card's network.
    """

    code: str
    message: str
    decline_code: str | None = None
    param: str | None = None
    advice_code: str | None = "try_again_later"
    network_advice_code: str | None = None
    network_decline_code: str | None = "01"
    only_with_cvc: bool = False
    blocked: bool = False


@dataclass(frozen=True)
class DisputeSpec:
    """The dispute that a card's owner opens as soon as the money is taken."""

    reason: str
    status: str = "needs_response"


@dataclass(frozen=True)
class Card:
    """One test card. A card that asks for 3-D Secure declines, if it does, only after the authentication.

    `authentication_on_request`: 3-D Secure is asked for only where a Radar rule or the request wants it.
    """

    number: str
    brand: Brand = "visa"
    country: str = "US"
    funding: str = "credit"
    authentication: bool = False
    authentication_on_request: bool = False
    decline: Decline | None = None
    disputes: tuple[DisputeSpec, ...] = ()
    refund: Literal["at_once", "pending", "fails_later"] = "at_once"


DECLINED_TEXT = "Your card was declined."
GENERIC = Decline("card_declined", DECLINED_TEXT, "generic_decline")
INSUFFICIENT_FUNDS = Decline(
    "card_declined",
    "Your card has insufficient funds.",
    "insufficient_funds",
    network_advice_code="02",
    network_decline_code="51",
)
LOST = Decline(
    "card_declined",
    DECLINED_TEXT,
    "lost_card",
    advice_code="do_not_try_again",
    network_advice_code="01",
    network_decline_code="41",
)
STOLEN = replace(LOST, decline_code="stolen_card", network_decline_code="43")
VELOCITY = Decline(
    "card_declined",
    "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
    "card_velocity_exceeded",
    network_advice_code="02",
    network_decline_code="61",
)
FRAUDULENT = Decline(
    "card_declined", DECLINED_TEXT, "fraudulent", advice_code=None, network_decline_code=None, blocked=True
)
EXPIRED = Decline(
    "expired_card",
    "Your card has expired.",
    "expired_card",
    param="exp_month",
    advice_code="confirm_card_data",
    network_advice_code="03",
    network_decline_code="54",
)
WRONG_CVC = Decline(
    "incorrect_cvc",
    "Your card's security code is incorrect.",
    "incorrect_cvc",
    param="cvc",
    advice_code="confirm_card_data",
    network_advice_code="03",
    network_decline_code="N7",
    only_with_cvc=True,
)
PROCESSING = Decline(
    "processing_error",
    "An error occurred while processing your card. Try again in a little bit.",
    "processing_error",
    network_decline_code="06",
)
AUTHENTICATION_REQUIRED = Decline(
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
    "authentication_required",
    advice_code=None,
    network_decline_code=None,
)
LIVE_CARD = Decline(
    "card_declined",
    "Your card was declined. Your request was in test mode, but used a non test (live) card.",
    "test_mode_live_card",
)

CARDS = {
    card.number: card
    for card in (
        Card("4242424242424242"),
        Card("4000056655665556", funding="debit"),
        Card("5555555555554444", brand="mastercard"),
        Card("378282246310005", brand="amex"),
        Card("6011111111111117", brand="discover"),
        Card("3056930009020004", brand="diners"),
        Card("3566002020360505", brand="jcb", country="JP"),
        Card("3530111333300000", brand="jcb", country="JP"),
        Card("6200000000000005", brand="unionpay", country="CN"),
        Card("4000003920000003", country="JP"),
        Card("4000000000000002", decline=GENERIC),
        Card("4000000000000341", decline=GENERIC),
        Card("4000000000009995", decline=INSUFFICIENT_FUNDS),
        Card("4000000000009987", decline=LOST),
        Card("4000000000009979", decline=STOLEN),
        Card("4000000000006975", decline=VELOCITY),
        Card("4000000000000069", decline=EXPIRED),
        Card("4000000000000127", decline=WRONG_CVC),
        Card("4000000000000119", decline=PROCESSING),
        Card("4100000000000019", decline=FRAUDULENT),
        Card("4000002500003155", authentication=True),
        Card("4000002760003184", authentication=True),
        Card("4000000000003220", authentication=True),
        Card("4000000000003055", authentication_on_request=True),
        Card("4000008400001629", authentication=True, decline=GENERIC),
        Card("4000008260003178", authentication=True, decline=INSUFFICIENT_FUNDS),
        Card("4000008400001280", decline=GENERIC),
        Card("4000000000000259", disputes=(DisputeSpec("fraudulent"),)),
        Card("4000000000002685", disputes=(DisputeSpec("product_not_received"),)),
        Card("4000000000001976", disputes=(DisputeSpec("fraudulent", "warning_needs_response"),)),
        Card("4000000404000079", disputes=(DisputeSpec("fraudulent"), DisputeSpec("product_not_received"))),
        Card("4000000000007726", refund="pending"),
        Card("4000000000005126", refund="fails_later"),
    )
}

PAYMENT_METHODS = {
    "pm_card_visa": "4242424242424242",
    "pm_card_us": "4242424242424242",
    "pm_card_visa_debit": "4000056655665556",
    "pm_card_mastercard": "5555555555554444",
    "pm_card_amex": "378282246310005",
    "pm_card_discover": "6011111111111117",
    "pm_card_diners": "3056930009020004",
    "pm_card_jcb": "3566002020360505",
    "pm_card_unionpay": "6200000000000005",
    "pm_card_jp": "4000003920000003",
    "pm_card_visa_chargeDeclined": "4000000000000002",
    "pm_card_chargeDeclined": "4000000000000002",
    "pm_card_visa_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_visa_chargeDeclinedLostCard": "4000000000009987",
    "pm_card_chargeDeclinedLostCard": "4000000000009987",
    "pm_card_visa_chargeDeclinedStolenCard": "4000000000009979",
    "pm_card_chargeDeclinedStolenCard": "4000000000009979",
    "pm_card_chargeDeclinedExpiredCard": "4000000000000069",
    "pm_card_chargeDeclinedIncorrectCvc": "4000000000000127",
    "pm_card_chargeDeclinedProcessingError": "4000000000000119",
    "pm_card_visa_chargeDeclinedVelocityLimitExceeded": "4000000000006975",
    "pm_card_chargeDeclinedVelocityLimitExceeded": "4000000000006975",
    "pm_card_chargeCustomerFail": "4000000000000341",
    "pm_card_radarBlock": "4100000000000019",
    "pm_card_authenticationRequired": "4000002500003155",
    "pm_card_authenticationRequiredOnSetup": "4000002500003155",
    "pm_card_threeDSecure2Required": "4000000000003220",
    "pm_card_threeDSecureOptional": "4000000000003055",
    "pm_card_threeDSecureRequiredChargeDeclined": "4000008400001629",
    "pm_card_threeDSecureRequiredProcessingError": "4000008400001280",
    "pm_card_createDispute": "4000000000000259",
    "pm_card_createDisputeProductNotReceived": "4000000000002685",
    "pm_card_createDisputeInquiry": "4000000000001976",
    "pm_card_createMultipleDisputes": "4000000404000079",
    "pm_card_pendingRefund": "4000000000007726",
    "pm_card_refundFail": "4000000000005126",
}


FIRST_DIGITS = "23456"


def is_card_number(number: str) -> bool:
    """Whether digits can be a card's number: a known industry, a plausible length, the right check digit."""
    return number.isdigit() and number[0] in FIRST_DIGITS and 12 <= len(number) <= 19 and passes_luhn(number)


def passes_luhn(number: str) -> bool:
    """Whether the check digit of a card number is right."""
    digits = [int(digit) for digit in reversed(number)]
    doubled = (sum(divmod(digit * 2, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
