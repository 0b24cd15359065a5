"""Payments for an order (C-02, C-03): settled once, whatever comes."""

from __future__ import annotations

from typing import Any

import pytest

from payments.core.alerts import AlertKind
from payments.domain.shop.ledger import OrderRecords, on_checkout_over, record_failed_try, record_payment
from payments.domain.shop.orders import Order, OrderStatus, PaymentState
from tests.unit.constants import MINUTE, NOW
from tests.unit.shop import (
    INTENT,
    ORDER,
    PAGE,
    TOTAL,
    a_paid_order,
    a_payment,
    an_order,
    books,
    metadata,
    paid_books,
    received,
)
from tests.unit.short_names import kinds

COMPLETED, FAILED, PENDING = PaymentState.COMPLETED, PaymentState.FAILED, PaymentState.PENDING


def settled(before: OrderRecords, *intents: str, by_webhook: bool = True, **changes: Any) -> OrderRecords:
    """The books after these PaymentIntents have brought money in, one after the other, without their alerts."""
    for intent in intents:
        before = record_payment(before, received(intent, **changes), NOW, by_webhook=by_webhook)
    return OrderRecords(order=before.order, metadata=before.metadata, payments=before.payments)


def test_a_payment_of_the_orders_amount_pays_it() -> None:
    """TC-001: every field that the document names."""
    after = record_payment(books(), received(), NOW, by_webhook=True)

    assert after == paid_books()
    assert after.alerts == ()


def test_who_has_asked_stripe_has_heard_of_no_webhook() -> None:
    """C-03: `webhookReceived`."""
    after = settled(books(), INTENT, by_webhook=False)

    assert after.order == a_paid_order()
    assert after.metadata == metadata(payment_state=COMPLETED, webhook_received=False)


def test_the_webhook_that_comes_after_the_page_has_asked_is_heard_of() -> None:
    asked = settled(books(), INTENT, by_webhook=False)

    assert settled(asked, INTENT, by_webhook=True) == paid_books()


def test_a_webhook_that_was_heard_of_stays_heard_of_when_the_page_asks_after_it() -> None:
    assert settled(paid_books(), INTENT, by_webhook=False) == paid_books()
    failed = over(books(), FAILED, by_webhook=True)
    assert over(failed, FAILED, by_webhook=False) == failed


def test_an_order_settled_twice_is_settled_once() -> None:
    once = record_payment(books(), received(), NOW, by_webhook=True)
    twice = record_payment(once, received(), NOW + MINUTE, by_webhook=True)

    assert settled(twice) == settled(once)
    assert twice.alerts == ()


def test_what_went_wrong_before_is_over_when_the_order_is_paid() -> None:
    """TC-014: the first try failed, the second paid."""
    tried = record_failed_try(books(), "card_declined")

    after = settled(tried, INTENT)

    assert tried.order.status is OrderStatus.PENDING
    assert after == paid_books()


@pytest.mark.parametrize("state", [None, FAILED, PENDING])
def test_money_that_comes_after_its_page_was_over_pays_the_order(state: PaymentState | None) -> None:
    """Nothing paid for is lost: events come in any order."""
    assert settled(books(payment_state=state, last_error="expired"), INTENT) == paid_books()


DIFFERENT: dict[str, dict[str, Any]] = {
    "too little": {"amount": TOTAL - 1},
    "too much": {"amount": TOTAL + 1},
    "nothing": {"amount": 0},
    "in another currency": {"currency": "usd"},
}


@pytest.mark.parametrize("change", DIFFERENT.values(), ids=DIFFERENT)
@pytest.mark.parametrize("order", [an_order(), a_paid_order(stripe_sid="pi_0")], ids=["unpaid", "paid"])
def test_a_payment_of_another_amount_is_kept_and_raised_and_pays_nothing(order: Order, change: dict[str, Any]) -> None:
    before = books(order)

    after = record_payment(before, received(**change), NOW, by_webhook=True)
    again = record_payment(after, received(**change), NOW + MINUTE, by_webhook=True)

    assert after.order == order
    assert after.payments == {INTENT: a_payment(**{"amount_net": change.get("amount", TOTAL), **change})}
    [alert] = after.alerts
    assert (alert.kind, alert.order_id, alert.intent_id) == (AlertKind.AMOUNT_DIFFERS, ORDER, INTENT)
    assert (alert.amount, alert.currency) == (change.get("amount", TOTAL), change.get("currency", "jpy"))
    assert again.alerts == ()


def test_an_order_paid_twice_keeps_both_payments_and_says_what_to_refund() -> None:
    """One `paid`, one alert with the amount to refund, nothing lost."""
    paid = record_payment(books(), received("pi_1"), NOW, by_webhook=True)

    twice = record_payment(paid, received("pi_2"), NOW + MINUTE, by_webhook=True)
    again = record_payment(twice, received("pi_2"), NOW + MINUTE, by_webhook=True)

    assert twice.order == a_paid_order(stripe_sid="pi_1")
    assert set(twice.payments) == {"pi_1", "pi_2"}
    [alert] = twice.alerts
    assert (alert.kind, alert.intent_id, alert.amount, alert.currency) == (AlertKind.PAID_TWICE, "pi_2", TOTAL, "jpy")
    assert "pi_1" in alert.text
    assert f"refund {TOTAL} jpy" in alert.text
    assert again.alerts == ()


def test_a_second_payment_is_known_as_such_though_the_first_is_not_in_these_books() -> None:
    """A webhook reads its own payment alone."""
    after = record_payment(books(a_paid_order(stripe_sid="pi_1")), received("pi_2"), NOW, by_webhook=True)

    assert kinds(after.alerts) == [AlertKind.PAID_TWICE]
    assert after.order.stripe_sid == "pi_1"


def test_a_paid_order_whose_payment_lost_its_record_gets_it_back_without_an_alarm() -> None:
    after = record_payment(books(a_paid_order(), payment_state=COMPLETED), received(), NOW, by_webhook=True)

    assert after.payments == {INTENT: a_payment()}
    assert after.alerts == ()


@pytest.mark.parametrize(("before", "after"), [(None, "card_declined"), ("expired_card", "card_declined")])
def test_a_failed_try_leaves_the_order_pending_and_says_why(before: str | None, after: str) -> None:
    """TC-004, TC-005: the page is still open, so nothing is over and no webhook of an end has been received."""
    tried = record_failed_try(books(last_error=before), "card_declined")

    assert tried.order == an_order()
    assert tried.metadata == metadata(last_error=after)
    assert tried.payments == {}


def test_a_failed_try_of_a_paid_order_changes_nothing() -> None:
    assert record_failed_try(paid_books(), "card_declined") == paid_books()


def over(before: OrderRecords, state: PaymentState, page: str = PAGE, *, by_webhook: bool = True) -> OrderRecords:
    error = "expired" if state is FAILED else None
    return on_checkout_over(before, page, state, error, by_webhook=by_webhook)


@pytest.mark.parametrize("by_webhook", [True, False])
def test_a_page_that_is_over_fails_its_order_and_is_not_looked_at_again(by_webhook: bool) -> None:  # noqa: FBT001 - as the code has it
    """TC-007; C-04: what a webhook says has failed sends the page to /cancel."""
    after = over(books(), FAILED, by_webhook=by_webhook)

    assert after.order == an_order(due_at=None)
    assert after.metadata == metadata(payment_state=FAILED, last_error="expired", webhook_received=by_webhook)


def test_a_delayed_payment_is_waited_for_and_no_webhook_has_decided_yet() -> None:
    after = over(books(), PENDING)

    assert after.order == an_order()
    assert after.metadata == metadata(payment_state=PENDING)


@pytest.mark.parametrize("state", [FAILED, PENDING])
@pytest.mark.parametrize("current", ["cs_2", None], ids=["a newer page", "a page on its way"])
def test_an_older_page_says_nothing_of_its_order(state: PaymentState, current: str | None) -> None:
    """`order_again` closes it, and Stripe tells of that."""
    before = books(an_order(checkout_session_id=current, attempt=2))

    assert over(before, state) == before


@pytest.mark.parametrize("state", [FAILED, PENDING])
def test_no_page_says_anything_of_a_paid_order(state: PaymentState) -> None:
    assert over(paid_books(), state) == paid_books()


def test_a_delayed_payment_that_has_failed_is_not_waited_for_again() -> None:
    """Its `completed` may come after its `async_payment_failed`, and a look finds the same completed page."""
    failed = on_checkout_over(books(), PAGE, FAILED, "async_payment_failed", by_webhook=True)

    assert over(failed, PENDING) == failed
