"""TC-008: the buyer is back before the webhook. The page waits 30 s by its own clock, then Stripe itself is asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from stripe_emulator import StripeControl
from tests.e2e.checkout.cards import GOOD
from tests.e2e.checkout.records import is_on_record_as_paid, is_paid, result, shows_cancel, shows_success
from tests.e2e.checkout.screens import Screen, is_result
from tests.e2e.checkout.shop import TOTAL, Ordered, Shop

THE_WHOLE_WAIT = [*((float(second), False) for second in range(0, 30, 3)), (30.0, True)]
"""Every 3 s, and after 30 s Stripe itself."""


@pytest.fixture
def held(control: StripeControl) -> Iterator[StripeControl]:
    """A Stripe whose webhooks wait until they are let go."""
    control.webhooks(mode="hold")
    yield control
    control.webhooks(mode="deliver")


def back_from_stripe(shop: Shop, screen: Screen, *, at_konbini: bool = False) -> Ordered:
    """The buyer has paid and is back; nothing has been heard of it yet."""
    order = shop.order()
    screen.open(order)
    screen.stop_clock()
    with screen.tab.expect_response(is_result) as first:
        if at_konbini:
            screen.pay_at_konbini()
        else:
            screen.pay(GOOD)
    assert first.value.json() == result(shop, "pending")
    screen.is_at_success(order)
    screen.shows("決済確認中…")
    return order


def nothing_is_known(shop: Shop, order: Ordered) -> None:
    """Nothing has come yet."""
    books = shop.books(order)
    assert (books.order["status"], books.order["stripe_sid"], books.payments) == ("pending", None, {})
    assert books.metadata["payment_state"] is None
    assert shop.result(order) == result(shop, "pending")


def intent_of(shop: Shop, order: Ordered) -> str:
    """The PaymentIntent that has been made on the page."""
    intent = shop.at_stripe(order).intent
    assert intent
    return intent.id


def test_tc_008_the_page_waits_for_a_webhook_that_is_late(shop: Shop, screen: Screen, held: StripeControl) -> None:
    """TC-008."""
    order = back_from_stripe(shop, screen)
    screen.seconds_pass(12)
    screen.shows("決済確認中…")
    screen.keep("tc-008-confirming")
    nothing_is_known(shop, order)

    held.flush_webhooks()
    screen.seconds_pass(3)

    screen.is_at_success(order)
    screen.shows("決済ステータス: 完了", "決済完了")
    screen.shows_amount(TOTAL)
    screen.tab.clock.run_for(12_000)
    assert screen.asked == THE_WHOLE_WAIT[:6]
    is_paid(shop, order)


def test_tc_008_the_page_goes_to_cancel_when_the_webhook_says_failed(
    shop: Shop, screen: Screen, held: StripeControl
) -> None:
    """TC-008: a delayed method, for a card that fails never leaves Stripe's page."""
    order = back_from_stripe(shop, screen, at_konbini=True)
    screen.seconds_pass(6)
    nothing_is_known(shop, order)

    held.settle_konbini(intent_of(shop, order), "fail")
    held.flush_webhooks()
    screen.seconds_pass(3)

    shows_cancel(screen, order)
    screen.keep("tc-008-failed")
    assert screen.asked[:4] == THE_WHOLE_WAIT[:4]
    assert shop.at_stripe(order).statuses == ("complete", "requires_payment_method", None)
    books = shop.books(order)
    assert (books.order["status"], books.payments) == ("pending", {})
    assert books.metadata["payment_state"] == "stripe_failed"
    assert shop.received("checkout.session.async_payment_failed", order.session_id)
    assert shop.result(order) == result(shop, "failed", webhook_received=True)
    can_be_paid_by_card(shop, screen, order)


def can_be_paid_by_card(shop: Shop, screen: Screen, order: Ordered) -> None:
    """The page is used up: the button leads to the app, which opens another one."""
    screen.try_again()
    screen.shows("アプリに戻って")
    again = shop.again(order)
    shop.control.webhooks(mode="deliver")
    screen.open(again).pay(GOOD)
    shows_success(screen, again)
    is_paid(shop, again)


def test_tc_008_stripe_itself_confirms_when_no_webhook_comes(shop: Shop, screen: Screen, held: StripeControl) -> None:
    """TC-008: after 30 s. What the webhooks say when they come after all changes nothing."""
    order = back_from_stripe(shop, screen)

    screen.seconds_pass(27)
    screen.shows("決済確認中…")
    nothing_is_known(shop, order)
    screen.seconds_pass(3)

    screen.is_at_success(order)
    screen.shows("決済ステータス: 完了", "決済完了")
    screen.shows_amount(TOTAL)
    assert screen.asked == THE_WHOLE_WAIT
    before = shop.books(order)
    is_on_record_as_paid(before, intent_of(shop, order))
    assert shop.result(order) == result(shop, "paid", is_paid=True)
    held.flush_webhooks()
    is_paid(shop, order)
    assert shop.books(order).payments == before.payments
