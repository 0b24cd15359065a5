"""Disputes of orders (TC-011 … TC-013): an inquiry takes no money, won gives it back, lost keeps it."""

from __future__ import annotations

from typing import Any, Final

import pytest

from payments.domain.shop.orders import OrderStatus
from tests.integration.deployment import Deployment, Json
from tests.integration.order_money import charge_of, refund, stands
from tests.integration.shop import (
    TOTAL,
    alerts,
    paid,
    the_order,
)
from tests.integration.shop_promise import check_orders


def test_a_dispute_takes_the_money_and_a_person_is_told(deployment: Deployment) -> None:
    """TC-011."""
    known = paid(deployment)

    deployment.control.dispute(charge_of(deployment, known))
    deployment.deliver()

    assert stands(deployment, known) == ("disputed", 0, 0, "needs_response")
    assert the_order(deployment, known.id).status is OrderStatus.PAID
    [alert] = alerts(deployment)
    assert (alert["kind"], alert["intentId"], alert["orderId"]) == ("disputed", known.stripe_sid, known.id)
    check_orders(deployment)


ENDS: Final = {
    "TC-012 won": ("needs_response", "won", ("succeeded", 0, TOTAL, "won")),
    "TC-013 lost": ("needs_response", "lost", ("disputed", 0, 0, "lost")),
    "an inquiry closed": ("warning_needs_response", "warning_closed", ("succeeded", 0, TOTAL, "warning_closed")),
}


@pytest.mark.parametrize(("opened", "closed", "expected"), ENDS.values(), ids=ENDS)
def test_a_dispute_is_followed_to_its_end_and_raised_once(
    deployment: Deployment, opened: str, closed: Any, expected: tuple[Any, ...]
) -> None:
    """TC-012, TC-013; an inquiry takes no money."""
    known = paid(deployment)
    dispute = deployment.control.dispute(charge_of(deployment, known), status=opened)
    deployment.deliver()
    while_open = stands(deployment, known)

    deployment.control.close_dispute(dispute["id"], closed)
    deployment.deliver()

    is_inquiry = opened.startswith("warning_")
    assert while_open == (("succeeded", 0, TOTAL, opened) if is_inquiry else ("disputed", 0, 0, opened))
    assert stands(deployment, known) == expected
    assert deployment.alerts() == ["disputed"]
    check_orders(deployment)


def test_a_dispute_under_review_keeps_the_money(deployment: Deployment) -> None:
    known = paid(deployment)
    dispute = deployment.control.dispute(charge_of(deployment, known))
    deployment.control.move_dispute(dispute["id"], "under_review")

    deployment.deliver()

    assert stands(deployment, known) == ("disputed", 0, 0, "under_review")


def test_an_inquiry_that_becomes_a_chargeback_takes_the_money(deployment: Deployment) -> None:
    known = paid(deployment)
    dispute = deployment.control.dispute(charge_of(deployment, known), status="warning_needs_response")
    deployment.deliver()
    before = stands(deployment, known)

    deployment.control.move_dispute(dispute["id"], "needs_response")
    deployment.deliver()

    assert before == ("succeeded", 0, TOTAL, "warning_needs_response")
    assert stands(deployment, known) == ("disputed", 0, 0, "needs_response")
    check_orders(deployment)


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
    deployment: Deployment, ends: tuple[Any, Any], expected: tuple[Any, ...]
) -> None:
    known = paid(deployment)
    made = [deployment.control.dispute(charge_of(deployment, known), amount=2000) for _ in range(2)]
    deployment.deliver()
    while_open = stands(deployment, known)

    for dispute, end in zip(made, ends, strict=True):
        deployment.control.close_dispute(dispute["id"], end)
    deployment.deliver()

    assert while_open == ("disputed", 0, 1000, "needs_response")
    assert stands(deployment, known) == expected
    assert deployment.alerts() == ["disputed"]
    check_orders(deployment)


def test_a_refund_before_a_dispute_that_is_lost_leaves_nothing(deployment: Deployment) -> None:
    known = paid(deployment)
    refund(deployment, known, 1200)

    dispute = deployment.control.dispute(charge_of(deployment, known), amount=3800)
    deployment.control.close_dispute(dispute["id"], "lost")
    deployment.deliver()

    assert stands(deployment, known) == ("disputed", 1200, 0, "lost")
    check_orders(deployment)


def test_a_dispute_that_opens_while_another_is_under_review_is_raised(deployment: Deployment) -> None:
    """Each has its own deadline: whoever has answered the first one has not answered this one."""
    known = paid(deployment)
    first = deployment.control.dispute(charge_of(deployment, known), amount=2000)
    deployment.control.move_dispute(first["id"], "under_review")
    deployment.deliver()
    answered = alerts(deployment)

    deployment.control.dispute(charge_of(deployment, known), amount=2000)
    deployment.deliver()

    assert stands(deployment, known) == ("disputed", 0, 1000, "needs_response")
    assert _texts(answered) == ["dispute: under_review"]
    assert _texts(alerts(deployment)) == ["dispute: needs_response"]


@pytest.mark.parametrize("was", ["warning_needs_response", "warning_under_review"])
def test_an_inquiry_that_becomes_a_chargeback_is_raised_again(deployment: Deployment, was: Any) -> None:
    """Now money is gone, and there is a new deadline."""
    known = paid(deployment)
    dispute = deployment.control.dispute(charge_of(deployment, known), status="warning_needs_response")
    if was != "warning_needs_response":
        deployment.control.move_dispute(dispute["id"], was)
    deployment.deliver()

    deployment.control.move_dispute(dispute["id"], "needs_response")
    deployment.deliver()

    assert _texts(alerts(deployment)) == ["dispute: needs_response"]


def _texts(found: list[Json]) -> list[str]:
    return [alert["text"] for alert in found]
