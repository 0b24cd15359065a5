"""Orders, new tries and payments at once: never two pages of one order that can both be paid."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from payments.core.limits import MOST_TRIES
from payments.core.processed_events import Outcome
from payments.core.refusals import Code
from payments.domain.shop.orders import OrderStatus
from payments.jobs import sweep
from payments.shop.check_out import Opened
from stripe_emulator.client import ControlError
from tests.integration.deployment import Deployment
from tests.integration.shop import (
    alerts,
    books_of,
    open_shop,
    order,
    order_again,
    orders,
    page_id,
    pages,
    paid_page_of,
    pay_page,
    payments,
    result,
    the_order,
    the_page,
    tried,
)
from tests.integration.shop_promise import check_orders
from tests.integration.together import answers, at_once

ROUNDS = 15


def open_pages(deployment: Deployment, order_id: str) -> list[str]:
    return [page.id for page in pages(deployment, order_id) if page.status == "open"]


@pytest.mark.parametrize("width", [2, 8])
def test_new_tries_at_once_open_one_page(deployment: Deployment, width: int) -> None:
    first = order(deployment)

    outcomes = at_once(*[partial(order_again, deployment, first.order.id)] * width)

    opened = answers(outcomes, Code.BUSY, Code.PAYMENT_UNAVAILABLE)
    assert len({page_id(each) for each in opened}) <= 1
    assert len(open_pages(deployment, first.order.id)) <= 1
    again = order_again(deployment, first.order.id)
    pay_page(deployment, again)
    deployment.deliver()
    deployment.sweep_for(42, every=21)
    assert len(payments(deployment)) == 1
    check_orders(deployment)


def test_tries_at_once_of_an_order_that_has_no_page_yet_open_one(deployment: Deployment) -> None:
    """Its first answer was lost: all of them send the same key."""
    deployment.control.fault("drop_before", "POST", "/v1/checkout/sessions", times=2)
    at_once(partial(order, deployment))
    [name] = orders(deployment)

    outcomes = at_once(*[partial(order_again, deployment, name)] * 6)

    opened = answers(outcomes, Code.BUSY, Code.PAYMENT_UNAVAILABLE)
    assert len({page_id(each) for each in opened}) <= 1
    assert len(open_pages(deployment, name)) <= 1


def test_a_new_try_against_a_payment_in_the_other_tab_has_exactly_one_winner(deployment: Deployment) -> None:
    """Never two paid pages."""

    def pay(opened: Opened) -> Any:
        try:
            return pay_page(deployment, opened)["status"]
        except ControlError:
            return "closed"

    for n in range(ROUNDS):
        first = order(deployment, user=f"buyer{n}")
        again, told = at_once(partial(order_again, deployment, first.order.id, user=f"buyer{n}"), partial(pay, first))

        if told == "complete":
            assert again in (Code.ALREADY_PAID, Code.BUSY)
        else:
            assert (told, the_page(deployment, first).status) == ("closed", "expired")
            pay(again)
        deployment.deliver()
        known = the_order(deployment, first.order.id)
        assert known.status is OrderStatus.PAID
        assert payments(deployment, known.id).keys() == {known.stripe_sid}
    assert alerts(deployment) == []
    check_orders(deployment)


def test_a_new_try_against_the_webhook_of_the_payment_ends_paid(deployment: Deployment) -> None:
    for n in range(ROUNDS):
        first = order(deployment, user=f"buyer{n}")
        pay_page(deployment, first)

        outcomes = at_once(partial(order_again, deployment, first.order.id, user=f"buyer{n}"), deployment.deliver)

        assert outcomes[0] in (Code.ALREADY_PAID, Code.BUSY)
        assert the_order(deployment, first.order.id).status is OrderStatus.PAID
        assert len(pages(deployment, first.order.id)) == 1
    check_orders(deployment)


def test_whoever_settles_at_once_settles_once(deployment: Deployment) -> None:
    """The webhook's two events, each twice, the page's last resort and the sweep."""
    opened = order(deployment)
    pay_page(deployment, opened)
    deployment.pass_time(minutes=16)
    bodies = [e for e in deployment.news() if e["type"] in ("payment_intent.succeeded", "checkout.session.completed")]
    hear = [partial(deployment.receive, body) for body in bodies for _ in range(2)]
    look = [partial(result, deployment, opened.order.id, confirm=True) for _ in range(2)]

    outcomes = at_once(*hear, *look, lambda: sweep.run(deployment.deps))

    assert Outcome.RETRY not in outcomes
    assert the_order(deployment, opened.order.id).status is OrderStatus.PAID
    assert len(payments(deployment)) == 1
    for body in bodies:
        assert deployment.receive(body) in (Outcome.DONE, Outcome.DUPLICATE)
    assert books_of(deployment, opened.order.id)[f"order_metadata/{opened.order.id}"]["webhook_received"] is True
    assert alerts(deployment) == []
    check_orders(deployment)


def test_two_payments_of_one_order_at_once_pay_it_once(deployment: Deployment) -> None:
    opened = order(deployment)
    pay_page(deployment, opened)
    paid_page_of(deployment, opened.order)
    bodies = [e for e in deployment.news() if e["type"].startswith(("payment_intent.", "checkout."))]

    at_once(*[partial(deployment.receive, body) for body in bodies])

    for body in bodies:
        deployment.receive(body)
    assert len(payments(deployment)) == 2
    assert [alert["kind"] for alert in alerts(deployment)] == ["paid_twice"]
    check_orders(deployment)


def test_orders_at_once_are_orders_of_their_own_and_are_counted(deployment: Deployment) -> None:
    open_shop(deployment)

    outcomes = at_once(*[partial(order, deployment)] * 8)

    opened = answers(outcomes, Code.BUSY)
    assert len({each.order.id for each in opened}) == len({each.url for each in opened}) == len(opened)
    assert len(orders(deployment)) == tried(deployment) == len(opened)


def test_no_more_than_twenty_orders_an_hour_get_through_at_once(deployment: Deployment) -> None:
    for _ in range(MOST_TRIES - 2):
        order(deployment)

    outcomes = at_once(*[partial(order, deployment)] * 6)

    assert len(answers(outcomes, Code.BUSY, Code.TOO_MANY_ATTEMPTS)) <= 2
    assert tried(deployment) <= MOST_TRIES
