"""An order, from its page to its payment (C-01, C-02, TC-001), on a real database and Stripe's API."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from payments.core.processed_events import Outcome
from payments.domain.shop.orders import Item, OrderStatus
from tests.integration.deployment import APP, Deployment
from tests.integration.shop import (
    BUYER,
    SELLER,
    TOTAL,
    named,
    order,
    page_id,
    pay_page,
    payments,
    state,
    the_order,
    the_page,
    the_payment,
)
from tests.integration.shop_promise import check_orders


def test_an_order_is_on_record_and_has_a_page_to_pay_on(deployment: Deployment) -> None:
    """C-01, C-02."""
    opened = order(deployment)

    known = the_order(deployment, opened.order.id)
    assert UUID(known.id).version == 4
    assert (known.status, known.seller_id, known.user_id, known.attempt) == (OrderStatus.PENDING, SELLER, BUYER, 1)
    assert known.items == (
        Item(product_id="tea", name="tea", unit_amount=2000, quantity=2),
        Item(product_id="cup", name="cup", unit_amount=1000, quantity=1),
    )
    assert (known.amount, known.currency, known.stripe_sid) == (TOTAL, "jpy", None)
    assert known.checkout_session_id == page_id(opened)
    assert state(deployment, known.id) is None
    assert payments(deployment) == {}


@pytest.mark.parametrize("is_on", [False, True])
def test_buyers_pay_in_their_own_currency_only_if_the_operator_wants_it(deployment: Deployment, *, is_on: bool) -> None:
    """Stripe's default is the account's: without a word of ours, a switch in the dashboard would decide."""
    deployment.with_deps(stripe=deployment.gateway(adaptive_pricing=is_on))

    opened = order(deployment)

    pricing = the_page(deployment, opened).adaptive_pricing
    assert pricing is not None
    assert pricing.enabled is is_on


def test_stripes_page_is_over_what_was_ordered_and_leads_back_to_the_app(deployment: Deployment) -> None:
    """C-01."""
    opened = order(deployment)

    page, name = the_page(deployment, opened), opened.order.id
    lines = deployment.sdk.v1.checkout.sessions.line_items.list(page.id).data
    metadata = {"orderId": name, "sellerId": SELLER, "userId": BUYER, "attempt": "1", "app": APP}
    assert (page.status, page.mode, page.amount_total, page.currency) == ("open", "payment", TOTAL, "jpy")
    assert [(line.description, line.quantity, line.amount_total) for line in lines] == [
        ("tea", 2, 4000),
        ("cup", 1, 1000),
    ]
    assert (page.client_reference_id, named(page)) == (name, metadata)
    assert page.success_url == f"https://shop.example/success?order={name}"
    assert page.cancel_url == f"https://shop.example/cancel?s={SELLER}&order={name}"
    assert page.locale == "auto"
    assert page.url == opened.url
    assert page.expires_at == int(opened.expires_at.timestamp())
    assert timedelta(hours=19) < opened.expires_at - deployment.clock() < timedelta(hours=21)


def test_a_paid_page_pays_its_order(deployment: Deployment) -> None:
    """TC-001: every field of the document."""
    opened = order(deployment)
    told = pay_page(deployment, opened)

    outcomes = deployment.deliver()

    known, intent = the_order(deployment, opened.order.id), told["payment_intent"]
    assert Outcome.RETRY not in outcomes
    assert (known.status, known.stripe_sid, known.due_at) == (OrderStatus.PAID, intent, None)
    payment = the_payment(deployment, known)
    assert (payment.status, payment.payment_intent_id, payment.order_id) == ("succeeded", intent, known.id)
    assert (payment.amount, payment.amount_net, payment.refunded_total) == (TOTAL, TOTAL, 0)
    assert (payment.dispute_status, payment.currency) == (None, "jpy")
    assert state(deployment, known.id) == "stripe_completed"
    assert (deployment.intent(intent).status, the_page(deployment, opened).status) == ("succeeded", "complete")
    assert named(deployment.intent(intent))["orderId"] == known.id
    assert deployment.alerts() == []
    check_orders(deployment)
