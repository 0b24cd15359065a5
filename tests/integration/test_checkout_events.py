"""An order's webhooks in any order, any number of times, late or never (TC-008): the same documents."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any, Final

import pytest

from payments.core.processed_events import Outcome
from payments.jobs import webhook
from tests.integration.deployment import Deployment, Json
from tests.integration.event_orders import put_back
from tests.integration.order_money import stands
from tests.integration.shop import (
    DECLINED,
    TOTAL,
    alerts,
    books_of,
    never_paid_at_store,
    order,
    paid,
    paid_at_store,
    paid_unheard,
    pay_page,
    payments,
    result,
    the_metadata,
    the_order,
    the_payment,
)
from tests.integration.shop_promise import check_orders


def _declined_then_paid(deployment: Deployment) -> str:
    opened = order(deployment)
    pay_page(deployment, opened, DECLINED)
    pay_page(deployment, opened)
    return opened.order.id


def _authenticated(deployment: Deployment) -> str:
    opened = order(deployment)
    pay_page(deployment, opened, "4000002500003155", authenticate="succeed")
    return opened.order.id


def _declined_then_expired(deployment: Deployment) -> str:
    opened = order(deployment)
    pay_page(deployment, opened, DECLINED)
    deployment.sdk.v1.checkout.sessions.expire(opened.order.checkout_session_id or "")
    return opened.order.id


def _paid_then_refunded(deployment: Deployment) -> str:
    """All of it in one batch: the refund's events may come before the payment's."""
    name = paid_unheard(deployment)
    [intent] = deployment.intents()
    deployment.sdk.v1.refunds.create({"payment_intent": intent, "amount": 1200})
    return name


def _refunded_twice(deployment: Deployment) -> str:
    known = paid(deployment)
    for amount in (1200, 300):
        deployment.sdk.v1.refunds.create({"payment_intent": known.stripe_sid or "", "amount": amount})
    return known.id


def _disputed_and_won(deployment: Deployment) -> str:
    known = paid(deployment)
    charge: Any = deployment.intent(known.stripe_sid or "").latest_charge
    dispute = deployment.control.dispute(charge)
    deployment.control.close_dispute(dispute["id"], "won")
    return known.id


#: How an order stands: what a page is told, why the last try failed, and of each payment what `stands` says.
End = tuple[str, str | None, list[tuple[Any, ...]]]
PAID: Final[End] = ("paid", None, [("succeeded", 0, TOTAL, None)])
LIVES: Final[dict[str, tuple[Callable[[Deployment], str], End]]] = {
    "paid": (paid_unheard, PAID),
    "declined, then paid": (_declined_then_paid, PAID),
    "authenticated": (_authenticated, PAID),
    "paid at a store": (paid_at_store, PAID),
    "never paid at a store": (never_paid_at_store, ("failed", "payment_intent_payment_attempt_expired", [])),
    "declined, then expired": (_declined_then_expired, ("failed", "card_declined", [])),
    "paid, then refunded": (_paid_then_refunded, ("paid", None, [("partially_refunded", 1200, 3800, None)])),
    "refunded twice": (_refunded_twice, ("paid", None, [("partially_refunded", 1500, 3500, None)])),
    "disputed and won": (_disputed_and_won, ("paid", None, [("succeeded", 0, TOTAL, "won")])),
}
#: Of the others there would be thousands of orders; of these events only the ones that can meet are tried in all.
MOST: Final = 4


def _hear_until_done(deployment: Deployment, bodies: list[Json]) -> None:
    """Stripe sends again what is not answered by 200."""
    waiting = bodies
    for _ in range(3):
        waiting = [body for body in waiting if deployment.receive(body) is Outcome.RETRY]
    assert waiting == []


def _end(deployment: Deployment, name: str) -> End:
    status, known = result(deployment, name).status, the_order(deployment, name)
    return status, the_metadata(deployment, name).last_error, [stands(deployment, known)] if known.stripe_sid else []


@pytest.mark.parametrize(("life", "end"), LIVES.values(), ids=LIVES)
def test_every_order_of_a_payments_events_each_twice_ends_in_the_same_documents(
    deployment: Deployment, life: Callable[[Deployment], str], end: End
) -> None:
    """Every permutation, and each duplicated."""
    name = life(deployment)
    bodies = [e for e in deployment.news() if e["type"] in webhook.LISTENED and e["type"] != "charge.succeeded"][-MOST:]
    before = deployment.everything()
    ends: list[Json] = []

    for order_of_arrival in permutations(bodies):
        put_back(deployment, before)
        _hear_until_done(deployment, [twice for e in order_of_arrival for twice in (e, e)])
        assert {deployment.receive(body) for body in order_of_arrival} == {Outcome.DUPLICATE}
        ends.append(books_of(deployment, name))

    assert len(ends) >= 2
    assert all(each == ends[0] for each in ends)
    assert _end(deployment, name) == end
    assert {a["kind"] for a in alerts(deployment)} <= {"disputed"}


def test_a_webhook_that_is_late_changes_nothing_until_it_comes(deployment: Deployment) -> None:
    """TC-008: `webhookReceived: false`, and then all at once."""
    name = paid_unheard(deployment)
    before = result(deployment, name)

    deployment.deliver(lambda e: e["type"] == "payment_intent.succeeded")

    after = result(deployment, name)
    assert (before.is_paid, before.webhook_received, before.status) == (False, False, "pending")
    assert (after.is_paid, after.webhook_received, after.status) == (True, True, "paid")
    assert the_payment(deployment, the_order(deployment, name)).status == "succeeded"


@pytest.mark.parametrize("kind", ["payment_intent.succeeded", "checkout.session.completed"])
def test_either_event_alone_is_enough(deployment: Deployment, kind: str) -> None:
    name = paid_unheard(deployment)

    deployment.deliver(lambda e: e["type"] == kind)

    assert result(deployment, name).is_paid
    check_orders(deployment)


def test_a_webhook_that_says_failed_says_so_to_the_page(deployment: Deployment) -> None:
    """TC-008: the page then goes to /cancel."""
    name = never_paid_at_store(deployment)

    deployment.deliver()

    told = result(deployment, name)
    assert (told.is_paid, told.webhook_received, told.status) == (False, True, "failed")
    assert payments(deployment) == {}
