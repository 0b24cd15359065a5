"""Payments in the states that tests begin with, made through the SDK alone: Stripe itself can make them too."""

from __future__ import annotations

from typing import Any

import stripe

Api = stripe.StripeClient
HOLD: dict[str, Any] = {
    "amount": 5000,
    "currency": "jpy",
    "capture_method": "manual",
    "allowed_payment_method_types": ["card"],
}


def client_of(key: str, url: str | None = None, retries: int = 0) -> Api:
    """The unmodified SDK, for Stripe itself or for what stands in its place at `url`."""
    stripe.enable_telemetry = False
    return stripe.StripeClient(
        key,
        base_addresses={"api": url} if url else {},
        http_client=stripe.RequestsClient(),
        max_network_retries=retries,
    )


def an_intent(api: Api, **changes: Any) -> stripe.PaymentIntent:
    """A PaymentIntent for a manual hold of ¥5,000 that nobody has paid yet."""
    return api.v1.payment_intents.create({**HOLD, **changes})  # type: ignore[typeddict-item]


def a_hold(api: Api, card: str = "pm_card_visa", **changes: Any) -> stripe.PaymentIntent:
    """A PaymentIntent that holds money on a card (unless the card has other plans)."""
    return an_intent(api, confirm=True, payment_method=card, **changes)


def a_captured_hold(api: Api, card: str = "pm_card_visa") -> stripe.PaymentIntent:
    """A hold that was taken."""
    return api.v1.payment_intents.capture(a_hold(api, card).id)


def refund(api: Api, intent: stripe.PaymentIntent, **params: Any) -> stripe.Refund:
    """A refund of a PaymentIntent, of all that is left unless an amount is given."""
    return api.v1.refunds.create({"payment_intent": intent.id, **params})  # type: ignore[arg-type]


def charge_of(api: Api, intent: stripe.PaymentIntent) -> stripe.Charge:
    """The latest charge of a PaymentIntent, read again."""
    assert isinstance(intent.latest_charge, str)
    return api.v1.charges.retrieve(intent.latest_charge)


def events_of(api: Api, intent: stripe.PaymentIntent) -> list[str]:
    """The types of the events about a PaymentIntent and its charges, refunds and disputes, oldest first."""
    found = reversed(api.v1.events.list({"limit": 100}).data)
    subjects = [(event.type, event.data.object) for event in found]
    return [kind for kind, of in subjects if intent.id in (of["id"], getattr(of, "payment_intent", None))]


def all_events(api: Api) -> list[str]:
    """The types of all events of the account, oldest first."""
    return [event.type for event in reversed(api.v1.events.list({"limit": 100}).data)]
