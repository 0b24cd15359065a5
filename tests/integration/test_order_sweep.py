"""Orders whose webhooks never come (TC-008): the sweep looks, less and less often, until nothing can come any more."""

from __future__ import annotations

import pytest

from payments.domain.shop.orders import OrderStatus, PaymentState
from tests.integration.house import House
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


def test_an_order_whose_webhooks_never_come_is_settled_by_the_sweep(house: House) -> None:
    """H-16's rule for orders: the first look comes after a quarter of an hour."""
    name = paid_unheard(house)
    house.pass_time(minutes=14)
    house.sweep()
    early = the_order(house, name).status

    house.pass_time(minutes=2)
    report = house.sweep()

    assert early is OrderStatus.PENDING
    assert report.done == {"order: paid": 1}
    assert the_order(house, name).status is OrderStatus.PAID
    assert state(house, name) == PaymentState.COMPLETED
    assert not result(house, name).webhook_received
    check_orders(house)


def test_an_order_at_rest_is_not_looked_at_again(house: House) -> None:
    name = paid_unheard(house)
    house.deliver()
    before = house.everything()

    house.pass_time(hours=30)
    report = house.sweep()

    assert (report.done, report.oldest_due) == ({}, None)
    assert house.everything() == before
    assert the_order(house, name).due_at is None


def test_an_unpaid_order_is_looked_at_less_and_less_until_its_page_is_over(house: House) -> None:
    opened = order(house)
    house.control.clear_requests()

    house.sweep_for(40, every=1)

    looks = [r for r in house.control.requests() if r["method"] == "GET"]
    assert 4 <= len(looks) <= 7
    assert state(house, opened.order.id) == PaymentState.FAILED
    assert the_order(house, opened.order.id).due_at is None


def test_an_order_without_a_page_is_not_looked_at(house: House) -> None:
    house.control.fault("refuse", "POST", "/v1/checkout/sessions", status=400, code="amount_too_small")
    with pytest.raises(Exception, match="payment_unavailable"):
        order(house)
    house.control.clear_requests()

    house.sweep_for(48, every=12)

    assert house.control.requests() == []
    check_orders(house)


def test_a_sweep_that_cannot_ask_stripe_asks_again(house: House) -> None:
    name = paid_unheard(house)
    house.control.fault("drop_before", "GET", "/v1/checkout/sessions/*", times=2)
    house.pass_time(minutes=16)
    first = house.sweep()

    house.pass_time(minutes=40)
    second = house.sweep()

    assert (first.done, second.done) == ({"order: outcome unknown": 1}, {"order: paid": 1})
    assert the_order(house, name).status is OrderStatus.PAID


def test_one_order_that_nobody_can_read_stops_no_other(house: House) -> None:
    """A hand in the console; the sweep says so and goes on."""
    broken, name = order(house), paid_unheard(house)
    house.db.document(f"orders/{broken.order.id}").update({"items": ["tea"]})
    house.pass_time(minutes=16)

    house.sweep()

    assert the_order(house, name).status is OrderStatus.PAID


def test_a_page_opened_at_the_second_call_is_watched_as_any_other(house: House) -> None:
    """The first answer was lost, and the sweep came before the buyer tried again: nothing paid for is lost."""
    house.control.fault("drop_after", "POST", "/v1/checkout/sessions", times=4)
    refused(order, house)
    house.control.clear_faults()
    [name] = orders(house)
    house.pass_time(minutes=16)
    house.sweep()

    pay_page(house, order_again(house, name))
    house.sweep_for(30, every=2)

    assert the_order(house, name).status is OrderStatus.PAID
    check_orders(house)


def test_a_new_page_of_an_old_order_is_watched_for_as_long_as_it_can_be_paid(house: House) -> None:
    """Whoever comes back after five weeks is charged as anybody else, and the webhooks may be lost as anybody's."""
    name = order(house).order.id
    house.sweep_for(36 * 24, every=24)
    again = order_again(house, name)
    house.sweep_for(2, every=0.5)

    pay_page(house, again)
    house.sweep_for(30, every=2)

    assert the_order(house, name).status is OrderStatus.PAID
    check_orders(house)
