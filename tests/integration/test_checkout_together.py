"""Orders, new tries and payments at once: never two pages of one order that can both be paid."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from emulators.stripe_emulator.client import ControlError
from payments.core.limits import MOST_TRIES
from payments.core.processed_events import Outcome
from payments.core.refusals import Code
from payments.domain.shop.orders import OrderStatus
from payments.jobs import sweep
from payments.shop.check_out import Opened
from tests.integration.house import House
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


def open_pages(house: House, order_id: str) -> list[str]:
    return [page.id for page in pages(house, order_id) if page.status == "open"]


@pytest.mark.parametrize("width", [2, 8])
def test_new_tries_at_once_open_one_page(house: House, width: int) -> None:
    first = order(house)

    outcomes = at_once(*[partial(order_again, house, first.order.id)] * width)

    opened = answers(outcomes, Code.BUSY, Code.PAYMENT_UNAVAILABLE)
    assert len({page_id(each) for each in opened}) <= 1
    assert len(open_pages(house, first.order.id)) <= 1
    again = order_again(house, first.order.id)
    pay_page(house, again)
    house.deliver()
    house.sweep_for(42, every=21)
    assert len(payments(house)) == 1
    check_orders(house)


def test_tries_at_once_of_an_order_that_has_no_page_yet_open_one(house: House) -> None:
    """Its first answer was lost: all of them send the same key."""
    house.control.fault("drop_before", "POST", "/v1/checkout/sessions", times=2)
    at_once(partial(order, house))
    [name] = orders(house)

    outcomes = at_once(*[partial(order_again, house, name)] * 6)

    opened = answers(outcomes, Code.BUSY, Code.PAYMENT_UNAVAILABLE)
    assert len({page_id(each) for each in opened}) <= 1
    assert len(open_pages(house, name)) <= 1


def test_a_new_try_against_a_payment_in_the_other_tab_has_exactly_one_winner(house: House) -> None:
    """Never two paid pages."""

    def pay(opened: Opened) -> Any:
        try:
            return pay_page(house, opened)["status"]
        except ControlError:
            return "closed"

    for n in range(ROUNDS):
        first = order(house, user=f"buyer{n}")
        again, told = at_once(partial(order_again, house, first.order.id, user=f"buyer{n}"), partial(pay, first))

        if told == "complete":
            assert again in (Code.ALREADY_PAID, Code.BUSY)
        else:
            assert (told, the_page(house, first).status) == ("closed", "expired")
            pay(again)
        house.deliver()
        known = the_order(house, first.order.id)
        assert known.status is OrderStatus.PAID
        assert payments(house, known.id).keys() == {known.stripe_sid}
    assert alerts(house) == []
    check_orders(house)


def test_a_new_try_against_the_webhook_of_the_payment_ends_paid(house: House) -> None:
    for n in range(ROUNDS):
        first = order(house, user=f"buyer{n}")
        pay_page(house, first)

        outcomes = at_once(partial(order_again, house, first.order.id, user=f"buyer{n}"), house.deliver)

        assert outcomes[0] in (Code.ALREADY_PAID, Code.BUSY)
        assert the_order(house, first.order.id).status is OrderStatus.PAID
        assert len(pages(house, first.order.id)) == 1
    check_orders(house)


def test_whoever_settles_at_once_settles_once(house: House) -> None:
    """The webhook's two events, each twice, the page's last resort and the sweep."""
    opened = order(house)
    pay_page(house, opened)
    house.pass_time(minutes=16)
    bodies = [e for e in house.news() if e["type"] in ("payment_intent.succeeded", "checkout.session.completed")]
    hear = [partial(house.receive, body) for body in bodies for _ in range(2)]
    look = [partial(result, house, opened.order.id, confirm=True) for _ in range(2)]

    outcomes = at_once(*hear, *look, lambda: sweep.run(house.deps))

    assert Outcome.RETRY not in outcomes
    assert the_order(house, opened.order.id).status is OrderStatus.PAID
    assert len(payments(house)) == 1
    for body in bodies:
        assert house.receive(body) in (Outcome.DONE, Outcome.DUPLICATE)
    assert books_of(house, opened.order.id)[f"order_metadata/{opened.order.id}"]["webhook_received"] is True
    assert alerts(house) == []
    check_orders(house)


def test_two_payments_of_one_order_at_once_pay_it_once(house: House) -> None:
    opened = order(house)
    pay_page(house, opened)
    paid_page_of(house, opened.order)
    bodies = [e for e in house.news() if e["type"].startswith(("payment_intent.", "checkout."))]

    at_once(*[partial(house.receive, body) for body in bodies])

    for body in bodies:
        house.receive(body)
    assert len(payments(house)) == 2
    assert [alert["kind"] for alert in alerts(house)] == ["paid_twice"]
    check_orders(house)


def test_orders_at_once_are_orders_of_their_own_and_are_counted(house: House) -> None:
    open_shop(house)

    outcomes = at_once(*[partial(order, house)] * 8)

    opened = answers(outcomes, Code.BUSY)
    assert len({each.order.id for each in opened}) == len({each.url for each in opened}) == len(opened)
    assert len(orders(house)) == tried(house) == len(opened)


def test_no_more_than_twenty_orders_an_hour_get_through_at_once(house: House) -> None:
    for _ in range(MOST_TRIES - 2):
        order(house)

    outcomes = at_once(*[partial(order, house)] * 6)

    assert len(answers(outcomes, Code.BUSY, Code.TOO_MANY_ATTEMPTS)) <= 2
    assert tried(house) <= MOST_TRIES
