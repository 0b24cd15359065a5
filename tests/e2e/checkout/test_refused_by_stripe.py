"""TC-003, TC-004, TC-005, TC-015: Stripe's page says what is wrong, nothing is recorded, and one can try again."""

from __future__ import annotations

from playwright.sync_api import expect

from stripe_emulator import StripeControl
from tests.e2e.checkout.cards import EXPIRED, GOOD, INVALID, NO_FUNDS, SUPPORTS_3D_SECURE
from tests.e2e.checkout.records import is_paid, is_unpaid, shows_success
from tests.e2e.checkout.screens import Screen
from tests.e2e.checkout.shop import Ordered, Shop


def can_be_tried_again(shop: Shop, screen: Screen, order: Ordered) -> None:
    """With another card on the same page, which could be left as well."""
    screen.offers_both()
    screen.pay(GOOD)
    shows_success(screen, order)
    is_paid(shop, order)


def test_tc_003_a_failed_3d_secure_is_told_on_stripes_page(shop: Shop, screen: Screen, control: StripeControl) -> None:
    """TC-003: the document's card asks for 3-D Secure because a Radar rule requests it."""
    control.settings(request_three_d_secure=True)
    order = shop.order()

    screen.open(order).pay(SUPPORTS_3D_SECURE)
    screen.is_challenged()
    screen.authenticate(succeed=False)
    screen.says("お支払い方法を認証できませんでした")
    screen.keep("tc-003-authentication-failed")

    screen.is_on_stripes_page(order)
    assert shop.at_stripe(order).statuses == ("open", "requires_payment_method", None)
    is_unpaid(shop, order, last_error="payment_intent_authentication_failure")
    can_be_tried_again(shop, screen, order)


def test_tc_004_a_card_without_funds_is_told_on_stripes_page(shop: Shop, screen: Screen) -> None:
    """TC-004: `payment_intent.payment_failed` leaves the order as it is, with the reason beside it."""
    order = shop.order()

    screen.open(order).pay(NO_FUNDS)
    screen.says("カード残高が不足しています")
    screen.keep("tc-004-no-funds")

    screen.is_on_stripes_page(order)
    stripe = shop.at_stripe(order)
    assert stripe.statuses == ("open", "requires_payment_method", "failed")
    assert stripe.intent
    is_unpaid(shop, order)
    assert shop.received("payment_intent.payment_failed", stripe.intent.id)
    can_be_tried_again(shop, screen, order)


def test_tc_005_an_expired_card_is_refused_before_it_is_sent(shop: Shop, screen: Screen) -> None:
    """TC-005, as the document types it: a date in the past."""
    order = shop.order()

    screen.open(order).pay(EXPIRED, expiry="01 / 20")
    expect(screen.error("cardExpiry")).to_contain_text("カードの有効期限が切れています")
    screen.keep("tc-005-date-in-the-past")

    screen.is_on_stripes_page(order)
    assert shop.at_stripe(order).statuses == ("open", None, None)
    is_unpaid(shop, order, last_error=None)
    can_be_tried_again(shop, screen, order)


def test_tc_015_an_invalid_card_number_is_refused_before_it_is_sent(shop: Shop, screen: Screen) -> None:
    """TC-015: no PaymentIntent is made."""
    order = shop.order()

    screen.open(order).pay(INVALID)
    expect(screen.error("cardNumber")).to_contain_text("カード番号が無効です")
    screen.keep("tc-015-invalid-number")

    screen.is_on_stripes_page(order)
    assert shop.at_stripe(order).statuses == ("open", None, None)
    is_unpaid(shop, order, last_error=None)
    can_be_tried_again(shop, screen, order)
