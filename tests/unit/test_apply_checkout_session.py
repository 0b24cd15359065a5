"""A Checkout page and its order: what the page says, and events of one payment in any order, any number of times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import permutations
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.core.alerts import Alert, AlertKind
from payments.domain.shop.ledger import (
    OrderRecords,
    apply_checkout_session,
    on_checkout_over,
    record_failed_try,
    record_payment,
)
from payments.domain.shop.orders import OrderStatus, PaymentState
from payments.stripe_model.snapshots import CheckoutStatus
from tests.unit.constants import NOW
from tests.unit.shop import INTENT, PAGE, TOTAL, a_page, a_paid_page, books, paid_books, received

Heard = Callable[[OrderRecords], OrderRecords]
FAILED, PENDING = PaymentState.FAILED, PaymentState.PENDING


def told(page: Any) -> Heard:
    """A webhook about a page."""
    return lambda before: apply_checkout_session(before, page, NOW, by_webhook=True)


def money(intent: str = INTENT, **changes: Any) -> Heard:
    """`payment_intent.succeeded`."""
    return lambda before: record_payment(before, received(intent, **changes), NOW, by_webhook=True)


def declined(code: str = "card_declined") -> Heard:
    """`payment_intent.payment_failed`."""
    return lambda before: record_failed_try(before, code)


COMPLETED: Final = told(a_paid_page())
COMPLETED_UNPAID: Final = told(a_page(CheckoutStatus.COMPLETE, intent_id=INTENT))
EXPIRED: Final = told(a_page(CheckoutStatus.EXPIRED))
NEVER_PAID: Final[Heard] = partial(
    on_checkout_over, checkout_id=PAGE, state=FAILED, error="async_payment_failed", by_webhook=True
)


@pytest.mark.parametrize("by_webhook", [True, False])
def test_a_paid_page_pays_its_order(by_webhook: bool) -> None:  # noqa: FBT001 - as the code has it
    after = apply_checkout_session(books(), a_paid_page(), NOW, by_webhook=by_webhook)

    assert after.order == paid_books().order
    assert after.metadata.webhook_received is by_webhook


@pytest.mark.parametrize(
    ("page", "state", "is_over"),
    [
        (a_page(CheckoutStatus.OPEN), None, False),
        (a_page(CheckoutStatus.UNKNOWN), None, False),
        (a_page(CheckoutStatus.EXPIRED), FAILED, True),
        (a_page(CheckoutStatus.COMPLETE, intent_id=INTENT), PENDING, False),
        (a_page(CheckoutStatus.COMPLETE, is_paid=True, intent_id=None), PENDING, False),
    ],
)
def test_a_page_that_has_brought_no_money_says_why(page: Any, state: Any, is_over: bool) -> None:  # noqa: FBT001 - a column of the table
    """Paid without a PaymentIntent is nothing that we sell: it pays no order."""
    after = apply_checkout_session(books(), page, NOW, by_webhook=False)

    assert (after.metadata.payment_state, after.order.due_at is None) == (state, is_over)
    assert (after.order.status, after.payments) == (OrderStatus.PENDING, {})


def test_an_open_page_leaves_the_books_as_they_are() -> None:
    assert apply_checkout_session(books(), a_page(), NOW, by_webhook=True) == books()


LIVES: Final[dict[str, tuple[Heard, ...]]] = {
    "paid": (COMPLETED, money()),
    "declined, then paid": (declined(), COMPLETED, money()),
    "declined twice, then paid": (declined(), declined("expired_card"), COMPLETED, money()),
    "paid at a store later": (COMPLETED_UNPAID, told(a_paid_page()), money()),
    "never paid at a store": (COMPLETED_UNPAID, declined("payment_intent_payment_attempt_expired"), NEVER_PAID),
    "declined, then expired": (declined(), EXPIRED),
    "expired": (EXPIRED,),
}


def hear(heard: Any) -> tuple[OrderRecords, list[Alert]]:
    """The books after all of that, and every alert on the way."""
    now, alerts = books(), list[Alert]()
    for each in heard:
        now = each(now)
        alerts += now.alerts
        now = replace(now, alerts=())
    return now, alerts


@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES)
def test_every_order_of_a_payments_events_each_twice_leaves_the_same_books(life: tuple[Heard, ...]) -> None:
    expected, _ = hear(life)

    for order in permutations(life):
        twice, alerts = hear([again for each in order for again in (each, each)])
        around, _ = hear([*order, *order])

        assert twice == around == expected
        assert alerts == []


@pytest.mark.parametrize("life", [name for name in LIVES if "never" not in name and "expired" not in name])
def test_a_life_that_ends_paid_is_told_as_the_document_tells_it(life: str) -> None:
    assert hear(LIVES[life]) == (paid_books(), [])


ANYTHING: Final[dict[str, Heard]] = {
    "completed": COMPLETED,
    "completed unpaid": COMPLETED_UNPAID,
    "expired": EXPIRED,
    "never paid": NEVER_PAID,
    "declined": declined(),
    "money": money(),
    "money again": money("pi_2"),
    "money of another page": told(a_paid_page(id="cs_0", intent_id="pi_0")),
    "an older page expired": told(a_page(CheckoutStatus.EXPIRED, id="cs_0")),
    "too little money": money("pi_3", amount=TOTAL - 1),
    "foreign money": money("pi_4", currency="usd"),
}
PAYING: Final = {"completed": INTENT, "money": INTENT, "money again": "pi_2", "money of another page": "pi_0"}
DIFFERING: Final = {"too little money": "pi_3", "foreign money": "pi_4"}


@given(st.lists(st.sampled_from(sorted(ANYTHING)), max_size=12))
def test_whatever_comes_the_first_right_payment_pays_and_every_payment_is_kept(names: list[str]) -> None:
    """Nobody's payment is lost or counted twice, a paid order stays paid, and each surplus is raised once."""
    after, alerts = hear([ANYTHING[name] for name in names])

    paying = [PAYING[name] for name in names if name in PAYING]
    differing = {DIFFERING[name] for name in names if name in DIFFERING}
    assert (after.order.status is OrderStatus.PAID) is bool(paying)
    assert after.order.stripe_sid == (paying[0] if paying else None)
    assert set(after.payments) == {*paying, *differing}
    assert (after.metadata.payment_state is PaymentState.COMPLETED) is bool(paying)
    surplus = {(AlertKind.PAID_TWICE, intent) for intent in paying[1:] if intent != paying[0]}
    differs = {(AlertKind.AMOUNT_DIFFERS, intent) for intent in differing}
    assert sorted((a.kind, a.intent_id) for a in alerts) == sorted(surplus | differs)
    assert after.order.due_at is None or not paying
