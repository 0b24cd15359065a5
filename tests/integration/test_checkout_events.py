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
    paid_unheard,
    pay_page,
    result,
    the_metadata,
    the_order,
)


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
    "never paid at a store": (never_paid_at_store, ("failed", "payment_intent_payment_attempt_expired", [])),
    "declined, then expired": (_declined_then_expired, ("failed", "card_declined", [])),
    "paid, then refunded": (_paid_then_refunded, ("paid", None, [("partially_refunded", 1200, 3800, None)])),
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
