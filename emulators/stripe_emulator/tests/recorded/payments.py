"""Payments over $10.00 in the states that the tables begin with."""

from __future__ import annotations

from typing import Any

import stripe

Json = Any
Api = stripe.StripeClient
CARDS_ONLY = {"currency": "usd", "allowed_payment_method_types": ["card"]}


def an_intent(api: Api, **params: Any) -> stripe.PaymentIntent:
    """A PaymentIntent over $10.00 for cards."""
    return api.v1.payment_intents.create({"amount": 1000, **CARDS_ONLY, **params})  # type: ignore[typeddict-item]


def a_hold(api: Api) -> stripe.PaymentIntent:
    """$10.00 held."""
    return an_intent(api, capture_method="manual", payment_method="pm_card_visa", confirm=True)


def paid(api: Api, card: str = "pm_card_visa") -> str:
    """The id of a charge over $10.00 that was taken."""
    made = an_intent(api, capture_method="automatic", payment_method=card, confirm=True)
    return str(made.latest_charge)
