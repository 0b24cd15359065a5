"""PaymentIntents in the states that tests begin with, made through the SDK alone: Stripe itself can make them too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import stripe

HOLD: dict[str, Any] = {
    "amount": 5000,
    "currency": "jpy",
    "capture_method": "manual",
    "allowed_payment_method_types": ["card"],
}


def an_intent(api: stripe.StripeClient, **changes: Any) -> stripe.PaymentIntent:
    """A PaymentIntent for a manual hold that nobody has paid yet."""
    return api.v1.payment_intents.create({**HOLD, **changes})  # type: ignore[typeddict-item]


def a_hold(api: stripe.StripeClient, card: str = "pm_card_visa", **changes: Any) -> stripe.PaymentIntent:
    """A PaymentIntent that holds money on a card (unless the card has other plans)."""
    return an_intent(api, confirm=True, payment_method=card, **changes)


def charge_of(api: stripe.StripeClient, intent: stripe.PaymentIntent) -> stripe.Charge:
    """The latest charge of a PaymentIntent, read again."""
    assert isinstance(intent.latest_charge, str)
    return api.v1.charges.retrieve(intent.latest_charge)


def events_of(api: stripe.StripeClient, identifier: str) -> list[str]:
    """The types of the events about a PaymentIntent and its charges, refunds and disputes, oldest first."""
    found = api.v1.events.list({"limit": 100}).data
    mine = [event for event in reversed(found) if identifier in (event.data.object["id"], _owner(event))]
    return [event.type for event in mine]


def _owner(event: stripe.Event) -> str | None:
    return getattr(event.data.object, "payment_intent", None)
