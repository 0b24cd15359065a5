"""TC-001, TC-002 and TC-014: the order is paid, at once, after 3-D Secure, or with the second try."""

from __future__ import annotations

from tests.e2e.checkout.cards import GOOD, NO_FUNDS, THREE_D_SECURE
from tests.e2e.checkout.records import is_paid, is_unpaid, shows_cancel, shows_success
from tests.e2e.checkout.screens import Screen
from tests.e2e.checkout.shop import Shop


def test_tc_001_a_good_card_pays_the_order(shop: Shop, screen: Screen) -> None:
    """TC-001."""
    order = shop.order()

    screen.open(order).keep("stripe-form")
    screen.pay(GOOD)

    shows_success(screen, order)
    screen.keep("tc-001-success")
    is_paid(shop, order)
    screen.open(order).shows("このお支払いは完了しています")
    screen.keep("stripe-done")


def test_tc_002_a_card_pays_once_its_owner_has_passed_3d_secure(shop: Shop, screen: Screen) -> None:
    """TC-002."""
    order = shop.order()

    screen.open(order).pay(THREE_D_SECURE)
    screen.is_challenged()
    screen.keep("tc-002-challenge")
    meanwhile = shop.at_stripe(order).statuses
    screen.authenticate(succeed=True)

    assert meanwhile == ("open", "requires_action", None)
    shows_success(screen, order)
    is_paid(shop, order)


def test_tc_014_a_second_card_on_the_same_page_pays(shop: Shop, screen: Screen) -> None:
    """TC-014: one Checkout Session, one PaymentIntent, two charges."""
    order = shop.order()

    screen.open(order).pay(NO_FUNDS)
    screen.says("カード残高が不足しています")
    first = shop.at_stripe(order)
    is_unpaid(shop, order)
    screen.pay(GOOD)

    shows_success(screen, order)
    is_paid(shop, order)
    second = shop.at_stripe(order)
    assert (first.statuses, first.intent and first.intent.id) == (
        ("open", "requires_payment_method", "failed"),
        second.intent and second.intent.id,
    )


def test_tc_014_a_second_checkout_session_pays_and_the_first_is_closed(shop: Shop, screen: Screen) -> None:
    """TC-014: two Checkout Sessions, two PaymentIntents, one payment."""
    order = shop.order()

    screen.open(order).pay(NO_FUNDS)
    screen.says("カード残高が不足しています")
    screen.cancel()
    shows_cancel(screen, order)
    is_unpaid(shop, order)
    again = shop.again(order)
    screen.open(order).shows("この決済ページは有効期限が切れました")
    screen.keep("stripe-expired")
    screen.open(again).pay(GOOD)

    shows_success(screen, again)
    is_paid(shop, again)
    assert again.session_id != order.session_id
    assert shop.at_stripe(order).statuses == ("expired", "canceled", "failed")
    assert shop.books(order).order["checkout_session_id"] == again.session_id
