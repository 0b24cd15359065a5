"""Refunds of orders (TC-009, TC-010): read again from Stripe, for they can move back (design 8)."""

from __future__ import annotations

from typing import Any, Final

import pytest

from payments import events
from payments.domain.orders import OrderStatus
from payments.marks import Outcome
from payments.stripe_objects import event
from tests.integration.house import House
from tests.integration.order_money import refund, stands
from tests.integration.shop import (
    TOTAL,
    at_store,
    order,
    paid,
    paid_page_of,
    pay_page,
    payments,
    result,
    the_order,
)
from tests.integration.shop_promise import check_orders
from tests.integration.together import at_once
from tests.integration.wire import Wire


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ([TOTAL], ("refunded", TOTAL, 0, None)),
        ([1200], ("partially_refunded", 1200, 3800, None)),
        ([1200, 300], ("partially_refunded", 1500, 3500, None)),
        ([4000, 1000], ("refunded", TOTAL, 0, None)),
        ([1], ("partially_refunded", 1, TOTAL - 1, None)),
    ],
)
def test_refunds_are_recorded_as_stripe_has_them(house: House, amounts: list[int], expected: tuple[Any, ...]) -> None:
    """TC-009, TC-010: the payment says so, and the order stays paid."""
    known = paid(house)

    for amount in amounts:
        refund(house, known, amount)
    house.deliver()

    assert stands(house, known) == expected
    assert the_order(house, known.id).status is OrderStatus.PAID
    assert result(house, known.id).is_paid
    assert house.alerts() == []
    check_orders(house)


KINDS: Final = ["refund.created", "charge.refunded", "refund.updated", "charge.refund.updated"]


@pytest.mark.parametrize("kind", KINDS)
def test_any_event_of_a_refund_is_enough(house: House, kind: str) -> None:
    """TC-009 hears of `charge.refunded`, TC-010 of `charge.refund.updated`: the bank has named a reference."""
    known = paid(house)
    made = refund(house, known, 1200)
    house.control.name_refund_reference(made)

    outcomes = house.deliver(lambda e: e["type"] == kind)

    assert outcomes == [Outcome.DONE]
    assert stands(house, known) == ("partially_refunded", 1200, 3800, None)


def test_a_refund_that_fails_later_goes_back(house: House) -> None:
    known = paid(house, "4000000000005126")
    refund(house, known, TOTAL)
    house.deliver()
    before = stands(house, known)

    house.pass_time(hours=25)
    house.deliver()

    assert before == ("refunded", TOTAL, 0, None)
    assert stands(house, known) == ("succeeded", 0, TOTAL, None)
    check_orders(house)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("failed", ("succeeded", 0, TOTAL, None)), ("succeeded", ("partially_refunded", 2000, 3000, None))],
)
def test_a_refund_that_waits_for_the_bank_counts_until_it_fails(
    house: House, answer: Any, expected: tuple[Any, ...]
) -> None:
    known = paid(house, "4000000000007726")
    made = refund(house, known, 2000)
    house.deliver()
    waiting = stands(house, known)

    house.control.settle_refund(made, answer)
    house.deliver()

    assert waiting == ("partially_refunded", 2000, 3000, None)
    assert stands(house, known) == expected
    check_orders(house)


def test_cash_goes_back_by_transfer_and_counts_from_the_start(house: House) -> None:
    """A refund of a konbini payment waits for the customer's bank account."""
    opened, intent = at_store(house)
    house.control.settle_konbini(intent, "succeed")
    house.deliver()
    known = the_order(house, opened.order.id)

    refund(house, known, TOTAL)
    house.deliver()

    assert stands(house, known) == ("refunded", TOTAL, 0, None)
    check_orders(house)


def test_an_old_refund_event_that_comes_late_brings_no_old_amount_back(house: House) -> None:
    known = paid(house, "4000000000007726")
    made = refund(house, known, 2000)
    late = house.news()
    house.control.settle_refund(made, "failed")
    house.deliver()

    for body in late:
        house.receive(body)

    assert stands(house, known) == ("succeeded", 0, TOTAL, None)


def test_refund_events_at_once_leave_the_newest_amount(house: House) -> None:
    known = paid(house)
    for amount in (1000, 500, 250):
        refund(house, known, amount)
    bodies = house.news()

    outcomes = at_once(*[lambda body=body: house.receive(body) for body in bodies])

    for body, outcome in zip(bodies, outcomes, strict=True):
        if outcome is Outcome.RETRY:
            house.receive(body)
    assert stands(house, known) == ("partially_refunded", 1750, 3250, None)


@pytest.mark.parametrize("is_heard", [True, False], ids=["its webhook came first", "something else was written"])
def test_a_refund_made_between_reading_and_writing_is_not_lost(house: House, *, is_heard: bool) -> None:
    """What was read from Stripe stands only if the payment has not changed since before that."""
    known = paid(house)
    refund(house, known, 1000)
    first, *_ = house.news()
    overtaken: list[str] = []

    def overtake(name: str) -> None:
        if name == "commit" and not overtaken:
            overtaken.append(refund(house, known, 500))
            house.deliver(lambda _: is_heard)
            house.db.document(f"stripe_payments/{known.stripe_sid}").update({"rev": 100})

    outcome = events.handle(Wire(watcher=overtake).deps(house.deps, house.db), event(first))

    assert outcome is Outcome.DONE
    assert overtaken
    assert stands(house, known) == ("partially_refunded", 1500, 3500, None)
    assert house.receive(first) is Outcome.DUPLICATE


@pytest.mark.parametrize("kind", ["refund.created", "charge.refunded"])
def test_a_refund_that_is_heard_of_before_its_payment_is_not_lost(house: House, kind: str) -> None:
    """Events come in any order: the payment is then put on record by what Stripe says of it."""
    opened = order(house)
    intent = pay_page(house, opened)["payment_intent"]
    house.sdk.v1.refunds.create({"payment_intent": intent, "amount": 1200})
    [body] = house.news(lambda e: e["type"] == kind)

    outcomes = [house.receive(body) for _ in range(2)]

    known = the_order(house, opened.order.id)
    assert outcomes[-1] in (Outcome.DONE, Outcome.DUPLICATE)
    assert known.status is OrderStatus.PAID
    assert stands(house, known) == ("partially_refunded", 1200, 3800, None)
    assert not result(house, known.id).webhook_received
    house.deliver()
    assert result(house, known.id).webhook_received
    assert house.alerts() == []
    check_orders(house)


def test_a_dispute_that_is_heard_of_before_its_payment_is_not_lost(house: House) -> None:
    """4000000000000259: disputed as soon as it is charged."""
    opened = order(house)
    pay_page(house, opened, "4000000000000259")
    [body] = house.news(lambda e: e["type"] == "charge.dispute.created")

    for _ in range(2):
        house.receive(body)

    known = the_order(house, opened.order.id)
    assert stands(house, known) == ("disputed", 0, 0, "needs_response")
    assert house.alerts() == ["disputed"]
    house.deliver()
    check_orders(house)


def test_a_refund_of_the_payment_of_another_app_is_not_ours(house: House) -> None:
    """Every refund and dispute of the account is told to every endpoint."""
    made = house.sdk.v1.payment_intents.create(
        {
            "amount": TOTAL,
            "currency": "jpy",
            "allowed_payment_method_types": ["card"],
            "payment_method": "pm_card_visa",
            "confirm": True,
        }
    )
    house.sdk.v1.refunds.create({"payment_intent": made.id})
    before = house.everything()

    outcomes = house.deliver(lambda e: e["type"].startswith(("refund.", "charge.refund")))

    assert set(outcomes) == {Outcome.NOT_OURS}
    assert house.everything() == before


def test_a_refund_event_that_stripe_cannot_be_asked_about_comes_again(house: House) -> None:
    """500, and nothing written: neither the change nor the mark that it has been dealt with."""
    known = paid(house)
    refund(house, known, 1000)
    [body] = house.news(lambda e: e["type"] == "charge.refunded")
    before = house.everything()

    house.control.fault("drop_before", "GET", "*", times=2)
    first = house.receive(body)
    unchanged = house.everything() == before
    second = house.receive(body)

    assert (first, unchanged, second) == (Outcome.RETRY, True, Outcome.DONE)
    assert stands(house, known) == ("partially_refunded", 1000, 4000, None)


def test_a_second_payment_that_is_refunded_leaves_the_order_paid_by_the_first(house: House) -> None:
    """What the alert `paid_twice` asks a person to do."""
    known = paid(house)
    second = paid_page_of(house, known)
    house.deliver()

    house.sdk.v1.refunds.create({"payment_intent": second})
    house.deliver()

    assert payments(house)[second].status == "refunded"
    assert stands(house, known) == ("succeeded", 0, TOTAL, None)
    assert result(house, known.id).is_paid
    check_orders(house)
