"""Orders whose webhooks never come (TC-008): the sweep looks, less and less often, until nothing can come any more."""

from __future__ import annotations

from payments.domain.shop.orders import OrderStatus, PaymentState
from tests.integration.deployment import Deployment
from tests.integration.refused import refused
from tests.integration.shop import (
    order,
    order_again,
    orders,
    paid_unheard,
    pay_page,
    result,
    state,
    the_order,
)
from tests.integration.shop_promise import check_orders


def test_an_order_whose_webhooks_never_come_is_settled_by_the_sweep(deployment: Deployment) -> None:
    """H-16's rule for orders: the first look comes after a quarter of an hour."""
    name = paid_unheard(deployment)
    deployment.pass_time(minutes=14)
    deployment.sweep()
    early = the_order(deployment, name).status

    deployment.pass_time(minutes=2)
    report = deployment.sweep()

    assert early is OrderStatus.PENDING
    assert report.done == {"order: paid": 1}
    assert the_order(deployment, name).status is OrderStatus.PAID
    assert state(deployment, name) == PaymentState.COMPLETED
    assert not result(deployment, name).webhook_received
    check_orders(deployment)


def test_a_sweep_that_cannot_ask_stripe_asks_again(deployment: Deployment) -> None:
    name = paid_unheard(deployment)
    deployment.control.fault("drop_before", "GET", "/v1/checkout/sessions/*", times=2)
    deployment.pass_time(minutes=16)
    first = deployment.sweep()

    deployment.pass_time(minutes=40)
    second = deployment.sweep()

    assert (first.done, second.done) == ({"order: unreachable": 1}, {"order: paid": 1})
    assert the_order(deployment, name).status is OrderStatus.PAID


def test_a_page_opened_at_the_second_call_is_watched_as_any_other(deployment: Deployment) -> None:
    """The first answer was lost, and the sweep came before the buyer tried again: nothing paid for is lost."""
    deployment.control.fault("drop_after", "POST", "/v1/checkout/sessions", times=4)
    refused(order, deployment)
    deployment.control.clear_faults()
    [name] = orders(deployment)
    deployment.pass_time(minutes=16)
    deployment.sweep()

    pay_page(deployment, order_again(deployment, name))
    deployment.sweep_for(30, every=2)

    assert the_order(deployment, name).status is OrderStatus.PAID
    check_orders(deployment)


def test_a_new_page_of_an_old_order_is_watched_for_as_long_as_it_can_be_paid(deployment: Deployment) -> None:
    """Whoever comes back after five weeks is charged as anybody else, and the webhooks may be lost as anybody's."""
    name = order(deployment).order.id
    deployment.sweep_for(36 * 24, every=24)
    again = order_again(deployment, name)
    deployment.sweep_for(2, every=0.5)

    pay_page(deployment, again)
    deployment.sweep_for(30, every=2)

    assert the_order(deployment, name).status is OrderStatus.PAID
    check_orders(deployment)
