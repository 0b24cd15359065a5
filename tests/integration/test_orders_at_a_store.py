"""Orders that are paid at a convenience store days later, or never: nobody is locked out of an order."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from payments.core.refusals import Code
from payments.domain.shop.orders import OrderStatus, PaymentState
from tests.integration.deployment import Deployment
from tests.integration.refused import refused
from tests.integration.shop import (
    at_store,
    order_again,
    pay_page,
    payments,
    state,
    the_order,
    told,
)
from tests.integration.shop_promise import check_orders


def test_an_order_to_be_paid_at_a_store_waits_for_it(deployment: Deployment) -> None:
    """The page is complete and nothing is paid: no second page may be opened meanwhile."""
    opened, _ = at_store(deployment)
    deployment.deliver()

    name = opened.order.id
    assert (told(deployment, name)["status"], state(deployment, name)) == ("pending", PaymentState.PENDING)
    assert told(deployment, name, confirm=True)["status"] == "pending"
    assert refused(order_again, deployment, name) is Code.PAYMENT_PENDING
    assert the_order(deployment, name).due_at is not None


@pytest.mark.parametrize("by", ["webhook", "sweep", "page"])
def test_an_order_paid_at_a_store_days_later_is_paid(deployment: Deployment, by: str) -> None:
    opened, intent = at_store(deployment)
    deployment.deliver()
    deployment.pass_time(hours=50)
    deployment.control.settle_konbini(intent, "processing")
    deployment.sweep()
    waiting = told(deployment, opened.order.id)["status"]

    deployment.control.settle_konbini(intent, "succeed")
    deployment.pass_time(hours=25)
    finish: dict[str, Any] = {
        "webhook": deployment.deliver,
        "sweep": deployment.sweep,
        "page": partial(told, deployment, opened.order.id, confirm=True),
    }
    finish[by]()

    assert (waiting, told(deployment, opened.order.id)["status"]) == ("pending", "paid")
    deployment.deliver()
    check_orders(deployment)


@pytest.mark.parametrize("how", ["the store says so", "the codes run out"])
@pytest.mark.parametrize("by", ["webhook", "sweep", "page"])
def test_an_order_never_paid_at_a_store_has_failed_and_can_be_tried_again(
    deployment: Deployment, by: str, how: str
) -> None:
    """Also where the webhook that says so is lost: nobody may be locked out of an order for ever."""
    opened, intent = at_store(deployment)
    deployment.deliver()
    if how == "the store says so":
        deployment.control.settle_konbini(intent, "fail")
        deployment.pass_time(hours=1)
    else:
        deployment.pass_time(hours=73)

    name = opened.order.id
    finish: dict[str, Any] = {
        "webhook": deployment.deliver,
        "sweep": deployment.sweep,
        "page": partial(told, deployment, name, confirm=True),
    }
    finish[by]()

    assert (told(deployment, name)["status"], state(deployment, name)) == ("failed", PaymentState.FAILED)
    assert the_order(deployment, name).due_at is None
    assert payments(deployment) == {}
    again = order_again(deployment, name)
    pay_page(deployment, again)
    deployment.deliver()
    assert the_order(deployment, name).status is OrderStatus.PAID
    check_orders(deployment)


def test_an_order_never_paid_at_a_store_can_be_tried_again_though_nobody_has_heard_of_it(
    deployment: Deployment,
) -> None:
    """The person comes back before any webhook and any sweep."""
    opened, intent = at_store(deployment)
    deployment.control.settle_konbini(intent, "fail")

    again = order_again(deployment, opened.order.id)
    pay_page(deployment, again)
    deployment.deliver()

    assert the_order(deployment, opened.order.id).status is OrderStatus.PAID
    assert len(payments(deployment)) == 1
    check_orders(deployment)
