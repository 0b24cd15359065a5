"""Payments that an order did not wait for: a second one, one of another amount, one from elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

from payments.adapters.stripe_metadata import order_metadata_of
from payments.core.refusals import Code
from payments.domain.shop.orders import OrderStatus
from tests.integration.house import House
from tests.integration.refused import refused
from tests.integration.shop import (
    TOTAL,
    alerts,
    order,
    order_again,
    orders,
    pages,
    paid_page_of,
    pay_page,
    payments,
    the_order,
)
from tests.integration.shop_promise import check_orders
from tests.integration.wire import Wire


def test_a_new_try_of_an_order_that_was_paid_unheard_says_so_and_settles_it(house: House) -> None:
    """It turns out to be paid already: that is said."""
    opened = order(house)
    intent = pay_page(house, opened)["payment_intent"]

    told = refused(order_again, house, opened.order.id)

    assert told is Code.ALREADY_PAID
    known = the_order(house, opened.order.id)
    assert (known.status, known.stripe_sid) == (OrderStatus.PAID, intent)
    assert len(pages(house)) == 1
    house.deliver()
    check_orders(house)


def test_an_order_paid_on_two_pages_is_paid_once_and_the_other_is_to_be_refunded(house: House) -> None:
    """One `paid`, two `stripe_payments`, one alert with the amount to refund, nothing lost.

    Only Stripe itself, or somebody with the API's key, can open the second page.
    """
    opened = order(house)
    first = pay_page(house, opened)["payment_intent"]
    second = paid_page_of(house, opened.order)

    house.deliver()
    house.deliver(lambda _: True)
    for body in house.events():
        house.receive(body)

    known = the_order(house, opened.order.id)
    assert (known.status, known.stripe_sid) == (OrderStatus.PAID, first)
    assert payments(house, known.id).keys() == {first, second}
    [alert] = alerts(house)
    assert (alert["kind"], alert["intentId"], alert["orderId"]) == ("paid_twice", second, known.id)
    assert (alert["amount"], alert["currency"], alert["sessionId"]) == (TOTAL, "jpy", None)
    assert f"refund {TOTAL} jpy" in alert["text"]
    check_orders(house)


@pytest.mark.parametrize(("amount", "currency"), [(TOTAL - 1, "jpy"), (TOTAL * 2, "jpy"), (TOTAL, "usd")])
@pytest.mark.parametrize("is_paid", [False, True], ids=["unpaid", "paid"])
def test_a_payment_of_another_amount_pays_nothing_and_is_raised(
    house: House, amount: int, currency: str, *, is_paid: bool
) -> None:
    """A page made through the API by somebody who names our order: the price is ours."""
    opened = order(house)
    if is_paid:
        pay_page(house, opened)
        house.deliver()

    intent = paid_page_of(house, opened.order, amount, currency)
    house.deliver()
    for body in house.events():
        house.receive(body)

    assert (the_order(house, opened.order.id).status is OrderStatus.PAID) is is_paid
    assert (payments(house)[intent].amount, payments(house)[intent].currency) == (amount, currency)
    [alert] = alerts(house)
    assert (alert["kind"], alert["intentId"], alert["amount"]) == ("amount_differs", intent, amount)
    house.sweep_for(42, every=21)
    check_orders(house)


def test_an_order_that_is_paid_while_its_new_page_is_made_hands_out_no_page(house: House) -> None:
    """Somebody takes the money by hand, or a page is paid whose answer was lost: nobody may be shown a second one."""
    opened = order(house)

    def pay_elsewhere(name: str) -> None:
        if name == "create_checkout_session":
            paid_page_of(house, opened.order)
            house.deliver()

    deps = Wire(watcher=pay_elsewhere).deps(house.deps, house.db)

    told = refused(order_again, house, opened.order.id, deps=deps)

    assert told is Code.ALREADY_PAID
    assert [page.status for page in pages(house)].count("open") == 0
    check_orders(house)


def test_one_payment_pays_one_order(house: House) -> None:
    """A page made by hand whose metadata names one order, and its PaymentIntent's another: nothing is given away."""
    both = [order(house).order, order(house).order]
    page_of, paid_for = (order_metadata_of(known) for known in both)
    line: Any = {
        "price_data": {"currency": "jpy", "unit_amount": TOTAL, "product_data": {"name": "x"}},
        "quantity": 1,
    }
    made = house.sdk.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "line_items": [line],
            "success_url": "https://shop.example/success",
            "metadata": page_of,
            "payment_intent_data": {"metadata": paid_for},
        }
    )
    intent = pay_page(house, made.id)["payment_intent"]

    house.deliver()

    paid = [known.id for known in both if the_order(house, known.id).status is OrderStatus.PAID]
    assert paid == [payments(house)[intent].order_id]
    assert len(alerts(house)) == 1


def test_a_repeat_that_comes_after_the_page_was_paid_says_so(house: House) -> None:
    """Two calls on one claim get one page; the buyer of the first has paid on it before the second is answered."""
    house.control.fault("drop_after", "POST", "/v1/checkout/sessions", times=4)
    refused(order, house)
    house.control.clear_faults()
    [name] = orders(house)
    paid: list[str] = []

    def pay_first(call: str) -> None:
        if call == "create_checkout_session" and not paid:
            paid.append(name)
            pay_page(house, order_again(house, name))
            house.deliver()

    told = refused(order_again, house, name, deps=Wire(watcher=pay_first).deps(house.deps, house.db))

    assert told is Code.ALREADY_PAID
    assert the_order(house, name).status is OrderStatus.PAID
    check_orders(house)
