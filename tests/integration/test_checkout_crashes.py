"""Processes of the shop that die between any two of their steps, and commits sent twice (design 5, 6).

Each action is run again and again, each time for another order, and its process dies one call later than the time
before. Then the buyer repeats it, or the webhooks come; the sweep finishes what is left, and the promise has to hold.
"""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from payments.core.limits import Action as Limited
from payments.core.limits import limits_id
from payments.core.refusals import Code, Refusal
from payments.domain.shop.orders import OrderStatus
from payments.jobs.port import JobDeps
from payments.shop import check_out
from tests.integration.call_recorder import Wire
from tests.integration.deployment import Deployment
from tests.integration.round_trips import dies
from tests.integration.shop import (
    BUYER,
    alerts,
    order_again,
    orders,
    pages,
    pay_page,
    payments,
    state,
    the_order,
    tried,
)
from tests.integration.shop_crash_cases import ACTIONS, Action, names
from tests.integration.shop_promise import check_orders

every_action = pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)
#: After these a buyer may still have a page to ask for.
BUYERS = ["order", "order again", "order again after the page has expired", "confirm", "webhook: paid twice"]


def die_everywhere(deployment: Deployment, action: Action) -> list[str]:
    """One order for each call at which the process can die; those that there are."""
    for n in count():
        name = action.prepare(deployment)

        def act(deps: JobDeps, of: str | None = name) -> Any:
            return action.act(deployment, deps, of)

        if not dies(deployment, act, n):
            assert n > 1
            return sorted(names(deployment))
        deployment.pass_time(minutes=16)
    raise AssertionError


def _buyer(deployment: Deployment, given: list[str]) -> None:
    """Asks for the page of each order that is not paid yet, finds it, and pays."""
    for name in given:
        try:
            opened = again(deployment, name)
        except Refusal as refusal:
            assert refusal.code is Code.ALREADY_PAID  # noqa: PT017 - a refusal is one of two answers
        else:
            pay_page(deployment, opened)
    deployment.deliver()


def again(deployment: Deployment, name: str) -> check_out.Opened:
    for _ in range(3):
        try:
            return order_again(deployment, name)
        except Refusal as refusal:
            if refusal.code not in (Code.BUSY, Code.PAYMENT_UNAVAILABLE):
                raise
    raise AssertionError(name)


def rest(deployment: Deployment) -> None:
    """What webhooks are left come, and time passes until nothing waits for it."""
    deployment.sweep_for(1, every=0.5)
    deployment.deliver()
    deployment.deliver()
    deployment.sweep_for(84, every=21)


@every_action
def test_a_death_anywhere_loses_no_payment_and_leaves_nothing_open(deployment: Deployment, action: Action) -> None:
    die_everywhere(deployment, action)

    for body in deployment.events():
        deployment.receive(body)
    rest(deployment)

    check_orders(deployment)
    assert {known.status for known in orders(deployment).values()} <= action.ends


@pytest.mark.parametrize("action", [ACTIONS[name] for name in BUYERS], ids=BUYERS)
def test_after_a_death_anywhere_the_buyer_can_pay_and_pays_once(deployment: Deployment, action: Action) -> None:
    given = die_everywhere(deployment, action)

    _buyer(deployment, given)
    for body in deployment.events():
        deployment.receive(body)
    rest(deployment)

    check_orders(deployment)
    assert {known.status for known in orders(deployment).values()} == {OrderStatus.PAID}
    twice = [alert for alert in alerts(deployment) if alert["kind"] == "paid_twice"]
    assert len(payments(deployment)) == len(given) + len(twice)
    assert bool(twice) is (action is ACTIONS["webhook: paid twice"])


@every_action
def test_a_commit_whose_answer_was_lost_and_that_is_sent_again_changes_nothing(
    deployment: Deployment, action: Action
) -> None:
    """Design 5: the client library repeats it; the second time it meets our own write, and goes on from there."""
    plain = _outcome_of(deployment, action, deployment.deps)
    for n in count():
        wire = Wire(sends_again=n)

        outcome = _outcome_of(deployment, action, wire.deps(deployment.deps, deployment.db))

        assert outcome == plain
        if wire.count("commit") <= n:
            assert n > 0
            return


def _outcome_of(deployment: Deployment, action: Action, deps: JobDeps) -> Any:
    """What an action on an order of its own has left: its books, its pages, and how many tries were counted for it."""
    known = names(deployment)
    name = action.prepare(deployment)
    deployment.db.document(f"limits/{limits_id(Limited.CHECKOUT, BUYER)}").delete()

    action.act(deployment, deps, name)

    [mine] = names(deployment) - known
    order = the_order(deployment, mine)
    statuses = sorted(page.status or "" for page in pages(deployment, mine))
    paying = sorted((p.status, p.refunded_total, p.dispute_status or "") for p in payments(deployment, mine).values())
    raised = sorted(alert["kind"] for alert in alerts(deployment) if alert["orderId"] == mine)
    at = (order.status, order.attempt, order.checkout_session_id is None, state(deployment, mine))
    return at, statuses, paying, raised, tried(deployment, BUYER)
