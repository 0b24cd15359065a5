"""Pages whose answer was lost, pages closed while somebody pays, and orders paid twice all the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from payments.core.limits import MOST_TRIES
from payments.core.refusals import Code, Refusal
from payments.domain.shop.orders import OrderStatus
from tests.integration.deployment import Deployment
from tests.integration.refused import refused
from tests.integration.shop import (
    named,
    order,
    order_again,
    orders,
    pages,
    pay_page,
    payments,
    the_order,
    the_page,
)
from tests.integration.shop_promise import check_orders

CREATE: Final = "/v1/checkout/sessions"
FAULTS: Final[dict[str, dict[str, Any]]] = {
    "the answer is lost": {"kind": "drop_after"},
    "the request is lost": {"kind": "drop_before"},
    "done, but a 500 is stored": {"kind": "server_error_after"},
    "not done, and a 500 is stored": {"kind": "server_error"},
    "too many requests": {"kind": "rate_limit"},
    "the object is locked": {"kind": "lock_timeout"},
    "refused, and the refusal is stored": {"kind": "refuse", "status": 400, "code": "amount_too_small"},
}
#: After these the key only replays a failure: the next page is another attempt.
STORED: Final = {"done, but a 500 is stored", "not done, and a 500 is stored", "refused, and the refusal is stored"}

every_fault = pytest.mark.parametrize("fault", FAULTS)


pytestmark = pytest.mark.usefixtures("asks_once")


def until_it_opens(call: Callable[[], Any]) -> Any:
    """What the call answers in the end, repeated as a person does who is told to try again."""
    for _ in range(4):
        try:
            return call()
        except Refusal as refusal:
            if refusal.code not in (Code.PAYMENT_UNAVAILABLE, Code.BUSY):
                raise
    raise AssertionError


def has_left(deployment: Deployment, fault: str) -> str:
    """The order whose first page met the fault: its buyer is told by which id it can be tried again."""
    deployment.control.fault(method="POST", path=CREATE, **FAULTS[fault])
    with pytest.raises(Refusal) as refusal:
        order(deployment)
    assert refusal.value.code is Code.PAYMENT_UNAVAILABLE
    return str(refusal.value.details["orderId"])


@every_fault
def test_an_order_whose_page_met_a_fault_is_there_and_can_be_tried_again(deployment: Deployment, fault: str) -> None:
    """One order, and one page that anybody has been given, whatever became of the first call."""
    name = has_left(deployment, fault)

    opened = until_it_opens(lambda: order_again(deployment, name))
    pay_page(deployment, opened)
    deployment.deliver()
    deployment.sweep_for(42, every=21)

    assert list(orders(deployment)) == [name] == [opened.order.id]
    assert the_order(deployment, name).status is OrderStatus.PAID
    assert len(payments(deployment)) == 1
    if fault not in STORED:
        assert [named(page)["attempt"] for page in pages(deployment)] == ["1"]
    check_orders(deployment)


@every_fault
def test_an_order_whose_page_met_a_fault_and_that_nobody_tries_again_comes_to_rest(
    deployment: Deployment, fault: str
) -> None:
    name = has_left(deployment, fault)

    deployment.sweep_for(42, every=3)

    assert the_order(deployment, name).status is OrderStatus.PENDING
    assert the_order(deployment, name).due_at is None
    check_orders(deployment)


@every_fault
def test_a_new_try_whose_page_met_a_fault_leaves_one_page_that_can_be_paid(deployment: Deployment, fault: str) -> None:
    first = order(deployment)
    deployment.control.fault(method="POST", path=CREATE, **FAULTS[fault])

    again = until_it_opens(lambda: order_again(deployment, first.order.id))
    pay_page(deployment, again)
    deployment.deliver()
    deployment.sweep_for(42, every=21)

    assert the_page(deployment, first).status == "expired"
    assert the_order(deployment, first.order.id).stripe_sid == the_page(deployment, again).payment_intent
    check_orders(deployment)


CLOSING: Final = [fault for fault in FAULTS if not fault.startswith("refused")]


@pytest.mark.parametrize("fault", CLOSING)
def test_a_page_that_is_paid_after_it_could_not_be_closed_pays_its_order_once(
    deployment: Deployment, fault: str
) -> None:
    first = order(deployment)
    deployment.control.fault(method="POST", path="*/expire", **FAULTS[fault])
    refused(order_again, deployment, first.order.id)

    is_open = the_page(deployment, first).status == "open"
    if is_open:
        pay_page(deployment, first)
        assert refused(order_again, deployment, first.order.id) is Code.ALREADY_PAID
    else:
        pay_page(deployment, until_it_opens(lambda: order_again(deployment, first.order.id)))
        deployment.deliver()

    assert the_order(deployment, first.order.id).status is OrderStatus.PAID
    assert len(payments(deployment)) == 1
    deployment.sweep_for(42, every=21)
    check_orders(deployment)


def test_nobody_closes_a_page_for_whom_no_other_is_opened(deployment: Deployment) -> None:
    """The twenty-first try of an hour: the page in the other tab stays as it is, and Stripe is not asked."""
    opened = order(deployment)
    for _ in range(MOST_TRIES - 1):
        opened = order_again(deployment, opened.order.id)
    asked = len(deployment.control.requests())

    told = refused(order_again, deployment, opened.order.id)

    assert told is Code.TOO_MANY_ATTEMPTS
    assert len(deployment.control.requests()) == asked
    assert the_page(deployment, opened).status == "open"


def test_a_claim_older_than_its_key_opens_another_page(deployment: Deployment) -> None:
    """After 24 hours the same key would make a second page of the same attempt."""
    name = has_left(deployment, "the answer is lost")
    deployment.pass_time(hours=20, minutes=1)

    opened = order_again(deployment, name)
    pay_page(deployment, opened)
    deployment.deliver()

    assert opened.order.attempt == 2
    assert sorted(page.status or "" for page in pages(deployment)) == ["complete", "expired"]
    check_orders(deployment)


@pytest.mark.parametrize("fault", CLOSING)
def test_no_second_page_is_opened_before_the_first_is_known_to_be_closed(deployment: Deployment, fault: str) -> None:
    first = order(deployment)
    deployment.control.fault(method="POST", path="*/expire", **FAULTS[fault])

    told = refused(order_again, deployment, first.order.id)

    assert told is Code.PAYMENT_UNAVAILABLE
    assert len(pages(deployment)) == 1
    again = until_it_opens(lambda: order_again(deployment, first.order.id))
    assert (the_page(deployment, first).status, the_page(deployment, again).status) == ("expired", "open")
