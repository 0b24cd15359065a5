"""Checkout Sessions that tests begin with, made through the SDK alone: Stripe itself can make them too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.payments import Api

if TYPE_CHECKING:
    import stripe
    from stripe.checkout import Session

    from stripe_emulator import StripeControl

SUCCESS_URL = "https://example.com/success?order=o1"
CANCEL_URL = "https://example.com/cancel?s=s1&order=o1"
#: Test cards: 3-D Secure always, 3-D Secure where it is asked for, too little money, expired.
CHALLENGED, ON_REQUEST, POOR, OLD = "4000002500003155", "4000000000003055", "4000000000009995", "4000000000000069"
DAY = 86_400


def a_line(amount: int = 2500, quantity: int = 2, currency: str = "jpy", name: str = "煎茶") -> dict[str, Any]:
    """One line of a purchase, with a price of its own."""
    price = {"currency": currency, "unit_amount": amount, "product_data": {"name": name}}
    return {"price_data": price, "quantity": quantity}


ORDER: dict[str, Any] = {
    "mode": "payment",
    "line_items": [a_line()],
    "success_url": SUCCESS_URL,
    "cancel_url": CANCEL_URL,
    "client_reference_id": "o1",
    "metadata": {"orderId": "o1"},
    "payment_intent_data": {"metadata": {"orderId": "o1"}},
    "allowed_payment_method_types": ["card"],
}
MANUAL = {"payment_intent_data": {"capture_method": "manual", "metadata": {"orderId": "o1"}}}


def a_session(api: Api, **changes: Any) -> Session:
    """An open session over ¥5,000 that takes cards only; None takes a parameter out."""
    given = {name: value for name, value in {**ORDER, **changes}.items() if value is not None}
    return api.v1.checkout.sessions.create(given)  # type: ignore[arg-type]


def a_session_with_konbini(api: Api, **changes: Any) -> Session:
    """An open session that offers whatever the account takes: cards and convenience stores."""
    return a_session(api, allowed_payment_method_types=None, **changes)


def a_paid_session(api: Api, control: StripeControl, card: str = "4242424242424242") -> stripe.PaymentIntent:
    """The PaymentIntent of ¥5,000 that were paid on Checkout's page."""
    session = a_session(api)
    control.pay_checkout(session.id, card)
    return intent_of(api, session)


def session_of(api: Api, session: Session) -> Session:
    """The session, read again."""
    return api.v1.checkout.sessions.retrieve(session.id)


def intent_of(api: Api, session: Session) -> stripe.PaymentIntent:
    """The PaymentIntent of a session that somebody has tried to pay, read again."""
    intent = session_of(api, session).payment_intent
    assert isinstance(intent, str)
    return api.v1.payment_intents.retrieve(intent)
