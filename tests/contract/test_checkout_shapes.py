"""What Checkout adds has every field of Stripe's own description, in its type (compared with stripe-mock)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import stripe

from tests.contract.builders import charge_of
from tests.contract.checkout_builders import a_session, a_session_with_konbini, intent_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from stripe.checkout import Session

    from stripe_emulator import StripeControl
    from tests.contract.shapes import Comparison


def opened(api: stripe.StripeClient, _: StripeControl) -> Session:
    """Nobody has tried to pay."""
    return a_session(api)


def paid(api: stripe.StripeClient, control: StripeControl) -> Session:
    """Complete, by card."""
    session = a_session(api)
    control.pay_checkout(session.id)
    return session


def turned_down(api: stripe.StripeClient, control: StripeControl) -> Session:
    """Open after a decline."""
    session = a_session(api, customer_email="taro@example.com")
    control.pay_checkout(session.id, "4000000000009995")
    return session


def waiting(api: stripe.StripeClient, control: StripeControl) -> Session:
    """Complete and unpaid: the store has not reported."""
    session = a_session_with_konbini(api)
    control.pay_checkout(session.id, method="konbini")
    return session


def paid_at_store(api: stripe.StripeClient, control: StripeControl) -> Session:
    """Complete, and paid later."""
    session = waiting(api, control)
    control.settle_konbini(intent_of(api, session).id, "succeed")
    return session


def expired(api: stripe.StripeClient, _: StripeControl) -> Session:
    """Too late."""
    return api.v1.checkout.sessions.expire(a_session(api).id)


SESSIONS = [opened, paid, turned_down, waiting, paid_at_store, expired]


@pytest.mark.parametrize("state", SESSIONS)
def test_a_checkout_session_has_stripes_fields_in_every_state(
    emulated_api: stripe.StripeClient,
    stripe_control: StripeControl,
    compare: Comparison,
    state: Callable[..., Session],
) -> None:
    session = state(emulated_api, stripe_control)

    assert compare.differences(f"/v1/checkout/sessions/{session.id}", "session") == []


def test_line_items_have_stripes_fields(emulated_api: stripe.StripeClient, compare: Comparison) -> None:
    path = f"/v1/checkout/sessions/{a_session(emulated_api).id}/line_items"

    assert compare.differences(path, "line_items") == []
    assert compare.ours(path)["url"] == path


@pytest.mark.parametrize("state", [paid, waiting, paid_at_store])
def test_a_payment_intent_of_checkout_has_stripes_fields(
    emulated_api: stripe.StripeClient,
    stripe_control: StripeControl,
    compare: Comparison,
    state: Callable[..., Session],
) -> None:
    intent = intent_of(emulated_api, state(emulated_api, stripe_control))

    assert compare.differences(f"/v1/payment_intents/{intent.id}", "payment_intent") == []


def test_a_charge_in_cash_has_stripes_fields_but_those_of_a_card(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl, compare: Comparison
) -> None:
    intent = intent_of(emulated_api, paid_at_store(emulated_api, stripe_control))

    differences = compare.differences(f"/v1/charges/{charge_of(emulated_api, intent).id}", "charge")

    assert differences == ["charge.payment_method_details.card: missing"]
