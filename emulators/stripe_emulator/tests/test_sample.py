"""What a project's own test looks like: the plain SDK, the package's fixtures, and nothing else."""

from typing import Any

import pytest
import stripe


def test_a_hold_is_captured_after_a_decline(stripe_client: stripe.StripeClient, stripe_control: Any) -> None:
    intent = stripe_client.v1.payment_intents.create(
        {"amount": 5000, "currency": "jpy", "capture_method": "manual", "allowed_payment_method_types": ["card"]}
    )
    with pytest.raises(stripe.CardError, match="insufficient funds"):
        stripe_client.v1.payment_intents.confirm(
            intent.id, {"payment_method": "pm_card_chargeDeclinedInsufficientFunds"}
        )

    stripe_control.pay(intent.client_secret, "4000002500003155", authenticate="succeed")
    captured = stripe_client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 3000})

    assert (captured.status, captured.amount_received) == ("succeeded", 3000)
