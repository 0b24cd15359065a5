"""`checkoutResult` (C-03, C-04): what a page is told, and its last resort where the webhook never comes (TC-008)."""

from __future__ import annotations

import pytest

from payments.core.limits import MOST_TRIES, Action
from payments.core.refusals import Code
from payments.domain.shop.orders import OrderStatus, PaymentState
from tests.integration.house import House
from tests.integration.refused import refused
from tests.integration.shop import (
    DECLINED,
    SELLER,
    TOTAL,
    order,
    order_again,
    paid,
    paid_page_of,
    pay_page,
    payments,
    result,
    state,
    the_order,
    told,
)
from tests.integration.shop_promise import check_orders


def test_a_page_is_told_of_its_order_and_of_nothing_personal(house: House) -> None:
    """C-03."""
    known = paid(house)

    assert told(house, known.id) == {
        "isPaid": True,
        "webhookReceived": True,
        "status": "paid",
        "amount": TOTAL,
        "currency": "jpy",
        "sellerId": SELLER,
    }


def test_asking_changes_nothing_and_asks_nobody(house: House) -> None:
    opened = order(house)
    pay_page(house, opened)
    before, asked = house.everything(), len(house.control.requests())

    for _ in range(3):
        assert told(house, opened.order.id)["status"] == "pending"

    assert house.everything() == before
    assert len(house.control.requests()) == asked


@pytest.mark.parametrize("confirm", [False, True])
def test_an_order_that_nobody_knows_is_not_found(house: House, *, confirm: bool) -> None:
    assert refused(result, house, "unknown", confirm=confirm) is Code.ORDER_NOT_FOUND
    assert house.everything().keys() == {"consultants/consultant"}


def test_whoever_confirms_settles_an_order_whose_webhook_is_lost(house: House) -> None:
    """TC-008: never a webhook, and Stripe confirms."""
    opened = order(house)
    intent = pay_page(house, opened)["payment_intent"]

    answer = told(house, opened.order.id, confirm=True)

    assert (answer["isPaid"], answer["webhookReceived"], answer["status"]) == (True, False, "paid")
    known = the_order(house, opened.order.id)
    assert (known.status, known.stripe_sid) == (OrderStatus.PAID, intent)
    assert payments(house).keys() == {intent}
    assert state(house, known.id) == PaymentState.COMPLETED
    house.deliver()
    assert told(house, known.id)["webhookReceived"] is True
    check_orders(house)


@pytest.mark.parametrize("card", [None, DECLINED], ids=["not tried", "declined"])
def test_what_stripe_can_not_confirm_stays_as_it_is(house: House, card: str | None) -> None:
    """TC-008: never a webhook, and Stripe can't confirm."""
    opened = order(house)
    if card:
        pay_page(house, opened, card)

    answer = told(house, opened.order.id, confirm=True)

    assert (answer["isPaid"], answer["status"]) == (False, "pending")
    assert the_order(house, opened.order.id).status is OrderStatus.PENDING
    assert payments(house) == {}


def test_where_stripe_can_not_be_asked_the_answer_is_what_is_on_record(house: House) -> None:
    opened = order(house)
    pay_page(house, opened)
    house.control.fault("drop_before", "GET", "/v1/checkout/sessions/*", times=2)

    first, second = (told(house, opened.order.id, confirm=True)["status"] for _ in range(2))

    assert (first, second) == ("pending", "paid")


def test_an_expired_page_is_confirmed_as_failed(house: House) -> None:
    opened = order(house)
    house.pass_time(hours=21)

    answer = told(house, opened.order.id, confirm=True)

    assert (answer["isPaid"], answer["webhookReceived"], answer["status"]) == (False, False, "failed")


def test_a_paid_order_is_confirmed_without_stripe_and_without_counting(house: House) -> None:
    known = paid(house)
    house.control.clear_requests()
    before = house.everything()

    for _ in range(MOST_TRIES + 1):
        assert told(house, known.id, confirm=True)["isPaid"]

    assert house.control.requests() == []
    assert house.everything() == before


def test_asking_stripe_is_limited_for_each_order(house: House) -> None:
    """Whoever knows an order's id could make us ask Stripe without end."""
    opened, another = order(house), order(house, user="another")
    for _ in range(MOST_TRIES):
        told(house, opened.order.id, confirm=True)
    house.control.clear_requests()

    code = refused(result, house, opened.order.id, confirm=True)

    assert (code, house.control.requests()) == (Code.TOO_MANY_ATTEMPTS, [])
    assert told(house, opened.order.id)["status"] == "pending"
    assert told(house, another.order.id, confirm=True)["status"] == "pending"
    assert house.attempts(Action.CONFIRM, opened.order.id) == MOST_TRIES
    house.pass_time(minutes=61)
    assert told(house, opened.order.id, confirm=True)["status"] == "pending"


def test_an_order_without_a_page_has_nothing_to_confirm(house: House) -> None:
    house.control.fault("drop_before", "POST", "/v1/checkout/sessions", times=2)
    assert refused(order, house) is Code.PAYMENT_UNAVAILABLE
    [path] = [path for path in house.everything() if path.startswith("orders/")]
    house.control.clear_requests()

    answer = told(house, path.removeprefix("orders/"), confirm=True)

    assert (answer["status"], house.control.requests()) == ("pending", [])


def test_a_new_try_is_pending_again_whatever_the_last_one_came_to(house: House) -> None:
    """Else the success page of the second try would go to /cancel at once."""
    opened = order(house)
    house.pass_time(hours=21)
    house.deliver()
    before = told(house, opened.order.id)

    order_again(house, opened.order.id)
    house.deliver()

    after = told(house, opened.order.id)
    assert (before["status"], before["webhookReceived"]) == ("failed", True)
    assert (after["status"], after["webhookReceived"]) == ("pending", False)


def test_a_payment_of_another_amount_is_never_confirmed_as_paid(house: House) -> None:
    opened = order(house)
    paid_page_of(house, opened.order, 100)
    house.deliver()

    answer = told(house, opened.order.id, confirm=True)

    assert (answer["isPaid"], answer["amount"]) == (False, TOTAL)
