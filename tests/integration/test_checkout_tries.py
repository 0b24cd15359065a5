"""Pages whose answer was lost, pages closed while somebody pays, and orders paid twice all the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from emulators.stripe_emulator.client import ControlError
from payments.core.limits import MOST_TRIES
from payments.core.refusals import Code, Refusal
from payments.domain.shop.orders import OrderStatus
from tests.integration.house import House
from tests.integration.refused import refused
from tests.integration.shop import (
    BUYER,
    named,
    order,
    order_again,
    orders,
    page_id,
    pages,
    pay_page,
    payments,
    the_order,
    the_page,
    tried,
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


def has_left(house: House, fault: str) -> str:
    """The order whose first page met the fault: its buyer is told by which id it can be tried again."""
    house.control.fault(method="POST", path=CREATE, **FAULTS[fault])
    with pytest.raises(Refusal) as refusal:
        order(house)
    assert refusal.value.code is Code.PAYMENT_UNAVAILABLE
    return str(refusal.value.details["orderId"])


@every_fault
def test_an_order_whose_page_met_a_fault_is_there_and_can_be_tried_again(house: House, fault: str) -> None:
    """One order, and one page that anybody has been given, whatever became of the first call."""
    name = has_left(house, fault)

    opened = until_it_opens(lambda: order_again(house, name))
    pay_page(house, opened)
    house.deliver()
    house.sweep_for(42, every=21)

    assert list(orders(house)) == [name] == [opened.order.id]
    assert the_order(house, name).status is OrderStatus.PAID
    assert len(payments(house)) == 1
    if fault not in STORED:
        assert [named(page)["attempt"] for page in pages(house)] == ["1"]
    check_orders(house)


@every_fault
def test_an_order_whose_page_met_a_fault_and_that_nobody_tries_again_comes_to_rest(house: House, fault: str) -> None:
    name = has_left(house, fault)

    house.sweep_for(42, every=3)

    assert the_order(house, name).status is OrderStatus.PENDING
    assert the_order(house, name).due_at is None
    check_orders(house)


def test_an_order_that_a_wrong_key_has_stopped_goes_on_when_the_key_is_right(house: House) -> None:
    """A person mends it; the buyer is told to try again, by the same order."""
    house.with_deps(stripe=house.gateway("sk_test_wrong"))
    with pytest.raises(Refusal) as refusal:
        order(house)
    house.with_deps(stripe=house.gateway())

    opened = order_again(house, str(refusal.value.details["orderId"]))

    assert refusal.value.code is Code.PAYMENT_UNAVAILABLE
    assert (opened.order.attempt, the_page(house, opened).status) == (1, "open")


@every_fault
def test_a_new_try_whose_page_met_a_fault_leaves_one_page_that_can_be_paid(house: House, fault: str) -> None:
    first = order(house)
    house.control.fault(method="POST", path=CREATE, **FAULTS[fault])

    again = until_it_opens(lambda: order_again(house, first.order.id))
    pay_page(house, again)
    house.deliver()
    house.sweep_for(42, every=21)

    assert the_page(house, first).status == "expired"
    assert the_order(house, first.order.id).stripe_sid == the_page(house, again).payment_intent
    check_orders(house)


CLOSING: Final = [fault for fault in FAULTS if not fault.startswith("refused")]


@pytest.mark.parametrize("fault", CLOSING)
def test_no_second_page_is_opened_before_the_first_is_known_to_be_closed(house: House, fault: str) -> None:
    first = order(house)
    house.control.fault(method="POST", path="*/expire", **FAULTS[fault])

    told = refused(order_again, house, first.order.id)

    assert told is Code.PAYMENT_UNAVAILABLE
    assert len(pages(house)) == 1
    again = until_it_opens(lambda: order_again(house, first.order.id))
    assert (the_page(house, first).status, the_page(house, again).status) == ("expired", "open")


@pytest.mark.parametrize("fault", CLOSING)
def test_a_page_that_is_paid_after_it_could_not_be_closed_pays_its_order_once(house: House, fault: str) -> None:
    first = order(house)
    house.control.fault(method="POST", path="*/expire", **FAULTS[fault])
    refused(order_again, house, first.order.id)

    is_open = the_page(house, first).status == "open"
    if is_open:
        pay_page(house, first)
        assert refused(order_again, house, first.order.id) is Code.ALREADY_PAID
    else:
        pay_page(house, until_it_opens(lambda: order_again(house, first.order.id)))
        house.deliver()

    assert the_order(house, first.order.id).status is OrderStatus.PAID
    assert len(payments(house)) == 1
    house.sweep_for(42, every=21)
    check_orders(house)


def test_stripe_that_cannot_say_what_became_of_a_page_opens_no_other(house: House) -> None:
    """Expired by itself, so that closing is refused; and then Stripe can't be read."""
    first = order(house)
    house.pass_time(hours=21)
    house.control.fault("drop_before", "GET", "/v1/checkout/sessions/*")

    told = refused(order_again, house, first.order.id)

    assert (told, len(pages(house))) == (Code.PAYMENT_UNAVAILABLE, 1)


def test_nobody_closes_a_page_for_whom_no_other_is_opened(house: House) -> None:
    """The twenty-first try of an hour: the page in the other tab stays as it is, and Stripe is not asked."""
    opened = order(house)
    for _ in range(MOST_TRIES - 1):
        opened = order_again(house, opened.order.id)
    asked = len(house.control.requests())

    told = refused(order_again, house, opened.order.id)

    assert told is Code.TOO_MANY_ATTEMPTS
    assert len(house.control.requests()) == asked
    assert the_page(house, opened).status == "open"


def test_twenty_pages_an_hour_are_opened_for_one_person_and_no_more(house: House) -> None:
    for _ in range(MOST_TRIES):
        order(house)
    before = house.everything()

    told = refused(order, house)

    assert (told, tried(house, BUYER)) == (Code.TOO_MANY_ATTEMPTS, MOST_TRIES)
    assert house.everything() == before
    assert order(house, user="another").url
    house.pass_time(minutes=61)
    assert order(house).url


def test_a_claim_older_than_its_key_opens_another_page(house: House) -> None:
    """After 24 hours the same key would make a second page of the same attempt."""
    name = has_left(house, "the answer is lost")
    house.pass_time(hours=20, minutes=1)

    opened = order_again(house, name)
    pay_page(house, opened)
    house.deliver()

    assert opened.order.attempt == 2
    assert sorted(page.status or "" for page in pages(house)) == ["complete", "expired"]
    check_orders(house)


def test_a_repeat_just_before_its_key_is_forgotten_gets_a_page_in_the_end(house: House) -> None:
    """The request was lost, and Stripe takes no page that would close within half an hour."""
    name = has_left(house, "the request is lost")
    house.pass_time(hours=19, minutes=45)

    opened = until_it_opens(lambda: order_again(house, name))

    assert the_page(house, opened).status == "open"


def test_a_page_that_was_closed_can_no_longer_be_paid(house: House) -> None:
    first = order(house)
    order_again(house, first.order.id)

    with pytest.raises(ControlError, match="expired"):
        pay_page(house, first)


def test_the_end_of_a_page_that_was_closed_says_nothing_of_the_order(house: House) -> None:
    """`checkout.session.expired` of the first page, which comes when the second is open."""
    first = order(house)
    again = order_again(house, first.order.id)

    house.deliver()

    known = the_order(house, first.order.id)
    assert (known.checkout_session_id, known.due_at is None) == (page_id(again), False)
    assert house.db.document(f"order_metadata/{known.id}").get().get("payment_state") is None
