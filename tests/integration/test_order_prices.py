"""Which price an order has, and that it can be paid (C-01)."""

from __future__ import annotations

from payments.domain.shop.orders import Line, OrderStatus
from tests.integration.deployment import Deployment
from tests.integration.shop import (
    SELLER,
    TOTAL,
    order,
    order_again,
    pay_page,
    the_order,
    the_page,
)
from tests.integration.shop_promise import check_orders


def test_a_new_try_is_the_same_order_at_the_price_of_its_day(deployment: Deployment) -> None:
    opened = order(deployment)
    deployment.db.document("products/tea").update({"amount": 9000, "active": False})

    again = order_again(deployment, opened.order.id)

    assert again.order.items == opened.order.items
    assert the_page(deployment, again).amount_total == TOTAL


def test_a_new_order_is_over_the_prices_of_now(deployment: Deployment) -> None:
    order(deployment)
    deployment.db.document("products/tea").update({"amount": 2500})

    opened = order(deployment)

    assert opened.order.amount == the_page(deployment, opened).amount_total == 6000


def test_an_order_in_another_currency_is_paid_in_it(deployment: Deployment) -> None:
    for name in ("tea", "cup"):
        deployment.db.document(f"products/{name}").set(
            {"seller_id": SELLER, "name": name, "amount": 1250, "currency": "usd", "active": True}
        )

    opened = order(deployment)
    pay_page(deployment, opened)
    deployment.deliver()

    known = the_order(deployment, opened.order.id)
    assert (known.amount, known.currency, known.status) == (3750, "usd", OrderStatus.PAID)
    check_orders(deployment)


def test_the_largest_order_can_be_paid(deployment: Deployment) -> None:
    """Twenty lines, a hundred of each, within Stripe's eight digits."""
    basket = [Line(product_id=f"p{n}", quantity=100) for n in range(20)]
    for line in basket:
        deployment.db.document(f"products/{line.product_id}").set(
            {"seller_id": SELLER, "name": line.product_id, "amount": 49_999, "currency": "jpy", "active": True}
        )

    opened = order(deployment, basket=basket)
    pay_page(deployment, opened)
    deployment.deliver()

    assert opened.order.amount == 99_998_000
    assert the_order(deployment, opened.order.id).status is OrderStatus.PAID
