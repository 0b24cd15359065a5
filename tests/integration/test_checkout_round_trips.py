"""Round trips of the shop (design 11): what each thing costs in calls to Firestore and Stripe. Counted, not timed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from payments.adapters.stripe_parse import read_event
from payments.jobs import sweep, webhook
from payments.shop import check_out
from tests.integration.call_recorder import FIRESTORE, Wire
from tests.integration.deployment import Deployment
from tests.integration.round_trips import cost
from tests.integration.shop import (
    BASKET,
    BUYER,
    SELLER,
    declined,
    expired,
    never_paid_at_store,
    open_shop,
    order,
    order_again,
    paid,
    paid_at_store,
    paid_unheard,
    pay_page,
)


def test_an_order_costs_3_and_1_however_many_lines_it_has(deployment: Deployment) -> None:
    """Products are read with the rest, in one batch."""
    open_shop(deployment)

    assert cost(deployment, lambda deps: check_out.place_order(deps.shop, BUYER, SELLER, BASKET)) == (3, 1)


def test_a_new_try_costs_4_and_2(deployment: Deployment) -> None:
    """One call closes the page before, one opens the next."""
    opened = order(deployment)

    assert cost(deployment, lambda deps: order_again(deployment, opened.order.id, deps=deps)) == (4, 2)


def test_a_result_costs_1_and_0(deployment: Deployment) -> None:
    """It is asked for every three seconds."""
    opened = order(deployment)
    known = paid(deployment)

    assert cost(deployment, lambda deps: check_out.order_result(deps.shop, opened.order.id)) == (1, 0)
    assert cost(deployment, lambda deps: check_out.order_result(deps.shop, known.id, confirm=True)) == (1, 0)


def test_a_confirmed_result_costs_5_and_1(deployment: Deployment) -> None:
    opened = order(deployment)
    pay_page(deployment, opened)

    assert cost(deployment, lambda deps: check_out.order_result(deps.shop, opened.order.id, confirm=True)) == (5, 1)


EVENTS: Final[dict[str, Callable[[Deployment], str]]] = {
    "payment_intent.succeeded": paid_unheard,
    "checkout.session.completed": paid_unheard,
    "payment_intent.payment_failed": declined,
    "checkout.session.expired": expired,
    "checkout.session.async_payment_succeeded": paid_at_store,
    "checkout.session.async_payment_failed": never_paid_at_store,
}


def heard(deployment: Deployment, kind: str) -> tuple[Any, Any]:
    """What an event costs the first time, and when it comes again."""
    [body] = [e for e in deployment.events() if e["type"] == kind and e["id"] not in deployment.delivered]
    return (
        cost(deployment, lambda deps: webhook.handle(deps, read_event(body))),
        cost(deployment, lambda deps: webhook.handle(deps, read_event(body))),
    )


@pytest.mark.parametrize("kind", EVENTS)
def test_a_webhook_of_an_order_costs_2_and_0_and_at_most_that_again(deployment: Deployment, kind: str) -> None:
    EVENTS[kind](deployment)

    first, again = heard(deployment, kind)

    assert first == (2, 0)
    assert again <= (2, 0)


def test_the_charge_of_an_order_costs_nothing(deployment: Deployment) -> None:
    """It is captured at once: there is no window to learn of."""
    paid_unheard(deployment)

    assert heard(deployment, "charge.succeeded") == ((0, 0), (0, 0))


@pytest.mark.parametrize("kind", ["refund.created", "charge.refunded"])
def test_a_refund_of_an_order_costs_2_and_2(deployment: Deployment, kind: str) -> None:
    """Refunds and disputes are read again, for they can move back: two lists."""
    known = paid(deployment)
    deployment.sdk.v1.refunds.create({"payment_intent": known.stripe_sid or "", "amount": 1200})
    [body] = deployment.news(lambda e: e["type"] == kind)

    def hear() -> tuple[int, int]:
        wire = Wire()
        deployment.control.clear_requests()
        webhook.handle(wire.deps(deployment.deps, deployment.db), read_event(body))
        return wire.count(*FIRESTORE), len(deployment.control.requests())

    assert (hear(), hear()) == ((2, 2), (1, 0))


@pytest.mark.parametrize("count", [1, 3])
def test_a_sweep_costs_3_and_1_for_each_order_that_is_due(deployment: Deployment, count: int) -> None:
    """Its claim, then the books read and written; the questions themselves are asked anyway."""
    deployment.pass_time(minutes=1)
    idle = cost(deployment, sweep.run)[0]
    for _ in range(count):
        pay_page(deployment, order(deployment))
    deployment.pass_time(minutes=16)

    assert cost(deployment, sweep.run) == (idle + 3 * count, count)
