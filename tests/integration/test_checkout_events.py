"""An order's webhooks in any order, any number of times, late or never (TC-008): the same documents."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any, Final

import pytest

from payments.core.processed_events import Outcome
from payments.jobs import webhook
from tests.integration.arrivals import put_back
from tests.integration.house import House, Json
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


def _declined_then_paid(house: House) -> str:
    opened = order(house)
    pay_page(house, opened, DECLINED)
    pay_page(house, opened)
    return opened.order.id


def _authenticated(house: House) -> str:
    opened = order(house)
    pay_page(house, opened, "4000002500003155", authenticate="succeed")
    return opened.order.id


def _declined_then_expired(house: House) -> str:
    opened = order(house)
    pay_page(house, opened, DECLINED)
    house.sdk.v1.checkout.sessions.expire(opened.order.checkout_session_id or "")
    return opened.order.id


def _paid_then_refunded(house: House) -> str:
    """All of it in one batch: the refund's events may come before the payment's."""
    name = paid_unheard(house)
    [intent] = house.intents()
    house.sdk.v1.refunds.create({"payment_intent": intent, "amount": 1200})
    return name


def _refunded_twice(house: House) -> str:
    known = paid(house)
    for amount in (1200, 300):
        house.sdk.v1.refunds.create({"payment_intent": known.stripe_sid or "", "amount": amount})
    return known.id


def _disputed_and_won(house: House) -> str:
    known = paid(house)
    charge: Any = house.intent(known.stripe_sid or "").latest_charge
    dispute = house.control.dispute(charge)
    house.control.close_dispute(dispute["id"], "won")
    return known.id


#: How an order stands: what a page is told, why the last try failed, and of each payment what `stands` says.
End = tuple[str, str | None, list[tuple[Any, ...]]]
PAID: Final[End] = ("paid", None, [("succeeded", 0, TOTAL, None)])
LIVES: Final[dict[str, tuple[Callable[[House], str], End]]] = {
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


def _hear_until_done(house: House, bodies: list[Json]) -> None:
    """Stripe sends again what is not answered by 200."""
    waiting = bodies
    for _ in range(3):
        waiting = [body for body in waiting if house.receive(body) is Outcome.RETRY]
    assert waiting == []


def _end(house: House, name: str) -> End:
    status, known = result(house, name).status, the_order(house, name)
    return status, the_metadata(house, name).last_error, [stands(house, known)] if known.stripe_sid else []


@pytest.mark.parametrize(("life", "end"), LIVES.values(), ids=LIVES)
def test_every_order_of_a_payments_events_each_twice_ends_in_the_same_documents(
    house: House, life: Callable[[House], str], end: End
) -> None:
    """Every permutation, and each duplicated."""
    name = life(house)
    bodies = [e for e in house.news() if e["type"] in webhook.LISTENED and e["type"] != "charge.succeeded"][-MOST:]
    before = house.everything()
    ends: list[Json] = []

    for order_of_arrival in permutations(bodies):
        put_back(house, before)
        _hear_until_done(house, [twice for e in order_of_arrival for twice in (e, e)])
        assert {house.receive(body) for body in order_of_arrival} == {Outcome.DUPLICATE}
        ends.append(books_of(house, name))

    assert len(ends) >= 2
    assert all(each == ends[0] for each in ends)
    assert _end(house, name) == end
    assert {a["kind"] for a in alerts(house)} <= {"disputed"}


def test_a_webhook_that_is_late_changes_nothing_until_it_comes(house: House) -> None:
    """TC-008: `webhookReceived: false`, and then all at once."""
    name = paid_unheard(house)
    before = result(house, name)

    house.deliver(lambda e: e["type"] == "payment_intent.succeeded")

    after = result(house, name)
    assert (before.is_paid, before.webhook_received, before.status) == (False, False, "pending")
    assert (after.is_paid, after.webhook_received, after.status) == (True, True, "paid")
    assert the_payment(house, the_order(house, name)).status == "succeeded"


@pytest.mark.parametrize("kind", ["payment_intent.succeeded", "checkout.session.completed"])
def test_either_event_alone_is_enough(house: House, kind: str) -> None:
    name = paid_unheard(house)

    house.deliver(lambda e: e["type"] == kind)

    assert result(house, name).is_paid
    check_orders(house)


def test_a_webhook_that_says_failed_says_so_to_the_page(house: House) -> None:
    """TC-008: the page then goes to /cancel."""
    name = never_paid_at_store(house)

    house.deliver()

    told = result(house, name)
    assert (told.is_paid, told.webhook_received, told.status) == (False, True, "failed")
    assert payments(house) == {}
