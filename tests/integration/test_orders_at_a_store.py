"""Orders that are paid at a convenience store days later, or never: nobody is locked out of an order."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from payments.core.refusals import Code
from payments.domain.shop.orders import OrderStatus, PaymentState
from tests.integration.house import House
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


def test_an_order_to_be_paid_at_a_store_waits_for_it(house: House) -> None:
    """The page is complete and nothing is paid: no second page may be opened meanwhile."""
    opened, _ = at_store(house)
    house.deliver()

    name = opened.order.id
    assert (told(house, name)["status"], state(house, name)) == ("pending", PaymentState.PENDING)
    assert told(house, name, confirm=True)["status"] == "pending"
    assert refused(order_again, house, name) is Code.PAYMENT_PENDING
    assert the_order(house, name).due_at is not None


@pytest.mark.parametrize("by", ["webhook", "sweep", "page"])
def test_an_order_paid_at_a_store_days_later_is_paid(house: House, by: str) -> None:
    opened, intent = at_store(house)
    house.deliver()
    house.pass_time(hours=50)
    house.control.settle_konbini(intent, "processing")
    house.sweep()
    waiting = told(house, opened.order.id)["status"]

    house.control.settle_konbini(intent, "succeed")
    house.pass_time(hours=25)
    finish: dict[str, Any] = {
        "webhook": house.deliver,
        "sweep": house.sweep,
        "page": partial(told, house, opened.order.id, confirm=True),
    }
    finish[by]()

    assert (waiting, told(house, opened.order.id)["status"]) == ("pending", "paid")
    house.deliver()
    check_orders(house)


@pytest.mark.parametrize("how", ["the store says so", "the codes run out"])
@pytest.mark.parametrize("by", ["webhook", "sweep", "page"])
def test_an_order_never_paid_at_a_store_has_failed_and_can_be_tried_again(house: House, by: str, how: str) -> None:
    """Also where the webhook that says so is lost: nobody may be locked out of an order for ever."""
    opened, intent = at_store(house)
    house.deliver()
    if how == "the store says so":
        house.control.settle_konbini(intent, "fail")
        house.pass_time(hours=1)
    else:
        house.pass_time(hours=73)

    name = opened.order.id
    finish: dict[str, Any] = {
        "webhook": house.deliver,
        "sweep": house.sweep,
        "page": partial(told, house, name, confirm=True),
    }
    finish[by]()

    assert (told(house, name)["status"], state(house, name)) == ("failed", PaymentState.FAILED)
    assert the_order(house, name).due_at is None
    assert payments(house) == {}
    again = order_again(house, name)
    pay_page(house, again)
    house.deliver()
    assert the_order(house, name).status is OrderStatus.PAID
    check_orders(house)


def test_an_order_never_paid_at_a_store_can_be_tried_again_though_nobody_has_heard_of_it(house: House) -> None:
    """The person comes back before any webhook and any sweep."""
    opened, intent = at_store(house)
    house.control.settle_konbini(intent, "fail")

    again = order_again(house, opened.order.id)
    pay_page(house, again)
    house.deliver()

    assert the_order(house, opened.order.id).status is OrderStatus.PAID
    assert len(payments(house)) == 1
    check_orders(house)


def test_the_failure_of_a_store_payment_stays_failed_whoever_looks(house: House) -> None:
    opened, intent = at_store(house)
    house.control.settle_konbini(intent, "fail")
    house.deliver(lambda e: e["type"] == "checkout.session.async_payment_failed")

    house.deliver()
    house.pass_time(hours=30)
    house.sweep()
    told(house, opened.order.id, confirm=True)

    assert state(house, opened.order.id) == PaymentState.FAILED
