"""Payments that an order did not wait for: a second one, one of another amount, one from elsewhere."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from payments.adapters.stripe_metadata import order_metadata_of
from payments.core.processed_events import Outcome
from payments.core.refusals import Code
from payments.domain.shop.orders import OrderStatus
from payments.jobs import webhook
from tests.integration.call_recorder import Wire
from tests.integration.deployment import Deployment
from tests.integration.event_orders import put_back
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
    result,
    the_order,
)
from tests.integration.shop_promise import check_orders


def test_an_order_paid_on_two_pages_is_paid_once_and_the_other_is_to_be_refunded(deployment: Deployment) -> None:
    """One `paid`, two `stripe_payments`, one alert with the amount to refund, nothing lost.

    Only Stripe itself, or somebody with the API's key, can open the second page.
    """
    opened = order(deployment)
    first = pay_page(deployment, opened)["payment_intent"]
    second = paid_page_of(deployment, opened.order)

    deployment.deliver()
    deployment.deliver(lambda _: True)
    for body in deployment.events():
        deployment.receive(body)

    known = the_order(deployment, opened.order.id)
    assert (known.status, known.stripe_sid) == (OrderStatus.PAID, first)
    assert payments(deployment, known.id).keys() == {first, second}
    [alert] = alerts(deployment)
    assert (alert["kind"], alert["intentId"], alert["orderId"]) == ("paid_twice", second, known.id)
    assert (alert["amount"], alert["currency"], alert["sessionId"]) == (TOTAL, "jpy", None)
    assert f"refund {TOTAL} jpy" in alert["text"]
    check_orders(deployment)


@pytest.mark.parametrize(("amount", "currency"), [(TOTAL - 1, "jpy"), (TOTAL * 2, "jpy"), (TOTAL, "usd")])
@pytest.mark.parametrize("is_paid", [False, True], ids=["unpaid", "paid"])
def test_a_payment_of_another_amount_pays_nothing_and_is_raised(
    deployment: Deployment, amount: int, currency: str, *, is_paid: bool
) -> None:
    """A page made through the API by somebody who names our order: the price is ours."""
    opened = order(deployment)
    if is_paid:
        pay_page(deployment, opened)
        deployment.deliver()

    intent = paid_page_of(deployment, opened.order, amount, currency)
    deployment.deliver()
    for body in deployment.events():
        deployment.receive(body)

    assert (the_order(deployment, opened.order.id).status is OrderStatus.PAID) is is_paid
    assert (payments(deployment)[intent].amount, payments(deployment)[intent].currency) == (amount, currency)
    [alert] = alerts(deployment)
    assert (alert["kind"], alert["intentId"], alert["amount"]) == ("amount_differs", intent, amount)
    deployment.sweep_for(42, every=21)
    check_orders(deployment)


def test_an_order_that_is_paid_while_its_new_page_is_made_hands_out_no_page(deployment: Deployment) -> None:
    """Somebody takes the money by hand, or a page is paid whose answer was lost: nobody may be shown a second one."""
    opened = order(deployment)

    def pay_elsewhere(name: str) -> None:
        if name == "create_checkout_session":
            paid_page_of(deployment, opened.order)
            deployment.deliver()

    deps = Wire(watcher=pay_elsewhere).deps(deployment.deps, deployment.db)

    told = refused(order_again, deployment, opened.order.id, deps=deps)

    assert told is Code.ALREADY_PAID
    assert [page.status for page in pages(deployment)].count("open") == 0
    check_orders(deployment)


def test_one_payment_pays_one_order(deployment: Deployment) -> None:
    """A page made by hand whose metadata names one order, and its PaymentIntent's another: nothing is given away."""
    both = [order(deployment).order, order(deployment).order]
    page_of, paid_for = (order_metadata_of(known) for known in both)
    line: Any = {
        "price_data": {"currency": "jpy", "unit_amount": TOTAL, "product_data": {"name": "x"}},
        "quantity": 1,
    }
    made = deployment.sdk.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "line_items": [line],
            "success_url": "https://shop.example/success",
            "metadata": page_of,
            "payment_intent_data": {"metadata": paid_for},
        }
    )
    intent = pay_page(deployment, made.id)["payment_intent"]

    deployment.deliver()

    paid = [known.id for known in both if the_order(deployment, known.id).status is OrderStatus.PAID]
    assert paid == [payments(deployment)[intent].order_id]
    assert len(alerts(deployment)) == 1


def test_a_repeat_that_comes_after_the_page_was_paid_says_so(deployment: Deployment) -> None:
    """Two calls on one claim get one page; the buyer of the first has paid on it before the second is answered."""
    deployment.control.fault("drop_after", "POST", "/v1/checkout/sessions", times=4)
    refused(order, deployment)
    deployment.control.clear_faults()
    [name] = orders(deployment)
    paid: list[str] = []

    def pay_first(call: str) -> None:
        if call == "create_checkout_session" and not paid:
            paid.append(name)
            pay_page(deployment, order_again(deployment, name))
            deployment.deliver()

    told = refused(order_again, deployment, name, deps=Wire(watcher=pay_first).deps(deployment.deps, deployment.db))

    assert told is Code.ALREADY_PAID
    assert the_order(deployment, name).status is OrderStatus.PAID
    check_orders(deployment)


def test_every_order_of_two_payments_events_pays_once_and_names_the_refund_to_make(deployment: Deployment) -> None:
    """The first payment that is heard of pays, by whichever of its events; each event comes twice."""
    opened = order(deployment)
    name = opened.order.id
    both = {pay_page(deployment, opened)["payment_intent"], paid_page_of(deployment, opened.order)}
    bodies = [e for e in deployment.news() if e["type"] in webhook.LISTENED and e["type"] != "charge.succeeded"]
    before, first_heard_of = deployment.everything(), set()

    for order_of_arrival in permutations(bodies):
        put_back(deployment, before)
        outcomes = [deployment.receive(body) for each in order_of_arrival for body in (each, each)]

        known = the_order(deployment, name)
        assert outcomes == [Outcome.DONE, Outcome.DUPLICATE] * len(bodies)
        assert (known.status, result(deployment, name).is_paid) == (OrderStatus.PAID, True)
        assert {p.id: (p.status, p.amount_net) for p in payments(deployment, name).values()} == dict.fromkeys(
            both, ("succeeded", TOTAL)
        )
        [alert] = alerts(deployment)
        assert (alert["kind"], {alert["intentId"], known.stripe_sid}) == ("paid_twice", both)
        assert (alert["amount"], alert["currency"]) == (TOTAL, "jpy")
        first_heard_of.add(known.stripe_sid)

    assert len(bodies) == 4
    assert first_heard_of == both
