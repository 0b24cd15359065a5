"""Refunds of orders: heard of by any event (TC-009, TC-010), before the payment, of cash, of a second payment."""

from __future__ import annotations

from typing import Final

import pytest

from payments.core.processed_events import Outcome
from payments.domain.shop.orders import OrderStatus
from tests.integration.deployment import Deployment
from tests.integration.order_money import refund, stands
from tests.integration.shop import (
    TOTAL,
    at_store,
    order,
    paid,
    paid_page_of,
    pay_page,
    payments,
    result,
    the_order,
)
from tests.integration.shop_promise import check_orders

KINDS: Final = ["refund.created", "charge.refunded", "refund.updated", "charge.refund.updated"]


@pytest.mark.parametrize("kind", KINDS)
def test_any_event_of_a_refund_is_enough(deployment: Deployment, kind: str) -> None:
    """TC-009 hears of `charge.refunded`, TC-010 of `charge.refund.updated`: the bank has named a reference."""
    known = paid(deployment)
    made = refund(deployment, known, 1200)
    deployment.control.name_refund_reference(made)

    outcomes = deployment.deliver(lambda e: e["type"] == kind)

    assert outcomes == [Outcome.DONE]
    assert stands(deployment, known) == ("partially_refunded", 1200, 3800, None)


def test_cash_goes_back_by_transfer_and_counts_from_the_start(deployment: Deployment) -> None:
    """A refund of a konbini payment waits for the customer's bank account."""
    opened, intent = at_store(deployment)
    deployment.control.settle_konbini(intent, "succeed")
    deployment.deliver()
    known = the_order(deployment, opened.order.id)

    refund(deployment, known, TOTAL)
    deployment.deliver()

    assert stands(deployment, known) == ("refunded", TOTAL, 0, None)
    check_orders(deployment)


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


def test_a_refund_of_the_payment_of_another_app_is_not_ours(deployment: Deployment) -> None:
    """Every refund and dispute of the account is told to every endpoint."""
    made = deployment.sdk.v1.payment_intents.create(
        {
            "amount": TOTAL,
            "currency": "jpy",
            "allowed_payment_method_types": ["card"],
            "payment_method": "pm_card_visa",
            "confirm": True,
        }
    )
    deployment.sdk.v1.refunds.create({"payment_intent": made.id})
    before = deployment.everything()

    outcomes = deployment.deliver(lambda e: e["type"].startswith(("refund.", "charge.refund")))

    assert set(outcomes) == {Outcome.NOT_OURS}
    assert deployment.everything() == before


def test_a_second_payment_that_is_refunded_leaves_the_order_paid_by_the_first(deployment: Deployment) -> None:
    """What the alert `paid_twice` asks a person to do."""
    known = paid(deployment)
    second = paid_page_of(deployment, known)
    deployment.deliver()

    deployment.sdk.v1.refunds.create({"payment_intent": second})
    deployment.deliver()

    assert payments(deployment)[second].status == "refunded"
    assert stands(deployment, known) == ("succeeded", 0, TOTAL, None)
    assert result(deployment, known.id).is_paid
    check_orders(deployment)
