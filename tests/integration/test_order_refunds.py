"""Refunds and disputes of orders that are heard of before their payment (TC-009, TC-011)."""

from __future__ import annotations

import pytest

from payments.core.processed_events import Outcome
from payments.domain.shop.orders import OrderStatus
from tests.integration.deployment import Deployment
from tests.integration.order_money import stands
from tests.integration.shop import (
    order,
    pay_page,
    result,
    the_order,
)
from tests.integration.shop_promise import check_orders


@pytest.mark.parametrize("kind", ["refund.created", "charge.refunded"])
def test_a_refund_that_is_heard_of_before_its_payment_is_not_lost(deployment: Deployment, kind: str) -> None:
    """Events come in any order: the payment is then put on record by what Stripe says of it."""
    opened = order(deployment)
    intent = pay_page(deployment, opened)["payment_intent"]
    deployment.sdk.v1.refunds.create({"payment_intent": intent, "amount": 1200})
    [body] = deployment.news(lambda e: e["type"] == kind)

    outcomes = [deployment.receive(body) for _ in range(2)]

    known = the_order(deployment, opened.order.id)
    assert outcomes[-1] in (Outcome.DONE, Outcome.DUPLICATE)
    assert known.status is OrderStatus.PAID
    assert stands(deployment, known) == ("partially_refunded", 1200, 3800, None)
    assert not result(deployment, known.id).webhook_received
    deployment.deliver()
    assert result(deployment, known.id).webhook_received
    assert deployment.alerts() == []
    check_orders(deployment)


def test_a_dispute_that_is_heard_of_before_its_payment_is_not_lost(deployment: Deployment) -> None:
    """4000000000000259: disputed as soon as it is charged."""
    opened = order(deployment)
    pay_page(deployment, opened, "4000000000000259")
    [body] = deployment.news(lambda e: e["type"] == "charge.dispute.created")

    for _ in range(2):
        deployment.receive(body)

    known = the_order(deployment, opened.order.id)
    assert stands(deployment, known) == ("disputed", 0, 0, "needs_response")
    assert deployment.alerts() == ["disputed"]
    deployment.deliver()
    check_orders(deployment)
