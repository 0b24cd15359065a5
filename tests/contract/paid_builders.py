"""Money that has been taken, by a hold or on Checkout's page, and how it is asked back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import stripe

from tests.contract.builders import a_hold
from tests.contract.checkout_builders import a_session, intent_of

if TYPE_CHECKING:
    from stripe_emulator import StripeControl


def a_captured_hold(api: stripe.StripeClient, card: str = "pm_card_visa") -> stripe.PaymentIntent:
    """A hold of ¥5,000 that was taken."""
    return api.v1.payment_intents.capture(a_hold(api, card).id)


def refund(api: stripe.StripeClient, intent: stripe.PaymentIntent, **params: Any) -> stripe.Refund:
    """A refund of a PaymentIntent, of all that is left unless an amount is given."""
    return api.v1.refunds.create({"payment_intent": intent.id, **params})  # type: ignore[arg-type]


def refusal(api: stripe.StripeClient, intent: stripe.PaymentIntent, **params: Any) -> stripe.InvalidRequestError:
    """The error that a refund ends with."""
    with pytest.raises(stripe.InvalidRequestError) as refused:
        refund(api, intent, **params)
    return refused.value


def a_paid_session(
    api: stripe.StripeClient, control: StripeControl, card: str = "4242424242424242"
) -> stripe.PaymentIntent:
    """The PaymentIntent of ¥5,000 that were paid on Checkout's page."""
    session = a_session(api)
    control.pay_checkout(session.id, card)
    return intent_of(api, session)
