"""Disputes of orders (TC-011 … TC-013): an inquiry takes no money, won gives it back, lost keeps it."""

from __future__ import annotations

from typing import Any, Final

import pytest

from payments.domain.shop.orders import OrderStatus
from tests.integration.house import House, Json
from tests.integration.order_money import charge_of, refund, stands
from tests.integration.shop import (
    TOTAL,
    alerts,
    paid,
    the_order,
)
from tests.integration.shop_promise import check_orders


def test_a_dispute_takes_the_money_and_a_person_is_told(house: House) -> None:
    """TC-011."""
    known = paid(house)

    house.control.dispute(charge_of(house, known))
    house.deliver()

    assert stands(house, known) == ("disputed", 0, 0, "needs_response")
    assert the_order(house, known.id).status is OrderStatus.PAID
    [alert] = alerts(house)
    assert (alert["kind"], alert["intentId"], alert["orderId"]) == ("disputed", known.stripe_sid, known.id)
    check_orders(house)


ENDS: Final = {
    "TC-012 won": ("needs_response", "won", ("succeeded", 0, TOTAL, "won")),
    "TC-013 lost": ("needs_response", "lost", ("disputed", 0, 0, "lost")),
    "an inquiry closed": ("warning_needs_response", "warning_closed", ("succeeded", 0, TOTAL, "warning_closed")),
}


@pytest.mark.parametrize(("opened", "closed", "expected"), ENDS.values(), ids=ENDS)
def test_a_dispute_is_followed_to_its_end_and_raised_once(
    house: House, opened: str, closed: Any, expected: tuple[Any, ...]
) -> None:
    """TC-012, TC-013; an inquiry takes no money."""
    known = paid(house)
    dispute = house.control.dispute(charge_of(house, known), status=opened)
    house.deliver()
    while_open = stands(house, known)

    house.control.close_dispute(dispute["id"], closed)
    house.deliver()

    is_inquiry = opened.startswith("warning_")
    assert while_open == (("succeeded", 0, TOTAL, opened) if is_inquiry else ("disputed", 0, 0, opened))
    assert stands(house, known) == expected
    assert house.alerts() == ["disputed"]
    check_orders(house)


def test_a_dispute_under_review_keeps_the_money(house: House) -> None:
    known = paid(house)
    dispute = house.control.dispute(charge_of(house, known))
    house.control.move_dispute(dispute["id"], "under_review")

    house.deliver()

    assert stands(house, known) == ("disputed", 0, 0, "under_review")


def test_an_inquiry_that_becomes_a_chargeback_takes_the_money(house: House) -> None:
    known = paid(house)
    dispute = house.control.dispute(charge_of(house, known), status="warning_needs_response")
    house.deliver()
    before = stands(house, known)

    house.control.move_dispute(dispute["id"], "needs_response")
    house.deliver()

    assert before == ("succeeded", 0, TOTAL, "warning_needs_response")
    assert stands(house, known) == ("disputed", 0, 0, "needs_response")
    check_orders(house)


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        (("won", "won"), ("succeeded", 0, TOTAL, "won")),
        (("won", "lost"), ("disputed", 0, 3000, "lost")),
        (("lost", "won"), ("disputed", 0, 3000, "lost")),
        (("lost", "lost"), ("disputed", 0, 1000, "lost")),
    ],
)
def test_several_disputes_of_one_charge_each_keep_their_own_part(
    house: House, ends: tuple[Any, Any], expected: tuple[Any, ...]
) -> None:
    known = paid(house)
    made = [house.control.dispute(charge_of(house, known), amount=2000) for _ in range(2)]
    house.deliver()
    while_open = stands(house, known)

    for dispute, end in zip(made, ends, strict=True):
        house.control.close_dispute(dispute["id"], end)
    house.deliver()

    assert while_open == ("disputed", 0, 1000, "needs_response")
    assert stands(house, known) == expected
    assert house.alerts() == ["disputed"]
    check_orders(house)


def test_a_refund_before_a_dispute_that_is_lost_leaves_nothing(house: House) -> None:
    known = paid(house)
    refund(house, known, 1200)

    dispute = house.control.dispute(charge_of(house, known), amount=3800)
    house.control.close_dispute(dispute["id"], "lost")
    house.deliver()

    assert stands(house, known) == ("disputed", 1200, 0, "lost")
    check_orders(house)


def test_a_dispute_that_opens_while_another_is_under_review_is_raised(house: House) -> None:
    """Each has its own deadline: whoever has answered the first one has not answered this one."""
    known = paid(house)
    first = house.control.dispute(charge_of(house, known), amount=2000)
    house.control.move_dispute(first["id"], "under_review")
    house.deliver()
    answered = alerts(house)

    house.control.dispute(charge_of(house, known), amount=2000)
    house.deliver()

    assert stands(house, known) == ("disputed", 0, 1000, "needs_response")
    assert _texts(answered) == ["dispute: under_review"]
    assert _texts(alerts(house)) == ["dispute: needs_response"]


@pytest.mark.parametrize("was", ["warning_needs_response", "warning_under_review"])
def test_an_inquiry_that_becomes_a_chargeback_is_raised_again(house: House, was: Any) -> None:
    """Now money is gone, and there is a new deadline."""
    known = paid(house)
    dispute = house.control.dispute(charge_of(house, known), status="warning_needs_response")
    if was != "warning_needs_response":
        house.control.move_dispute(dispute["id"], was)
    house.deliver()

    house.control.move_dispute(dispute["id"], "needs_response")
    house.deliver()

    assert _texts(alerts(house)) == ["dispute: needs_response"]


def _texts(found: list[Json]) -> list[str]:
    return [alert["text"] for alert in found]
