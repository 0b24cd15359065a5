"""TC-006 and TC-007: the buyer turns back, or never comes back."""

from __future__ import annotations

from stripe_emulator import StripeControl
from tests.e2e.checkout.cards import GOOD
from tests.e2e.checkout.records import is_paid, is_unpaid, result, shows_cancel, shows_success
from tests.e2e.checkout.screens import Screen
from tests.e2e.checkout.shop import Shop

DAY = 24 * 3600


def test_tc_006_who_cancels_can_go_back_to_the_page_that_is_still_open(shop: Shop, screen: Screen) -> None:
    """TC-006: 「もう一度試す」, where the shop has set no address of its own for it."""
    order = shop.order()

    screen.open(order).cancel()
    shows_cancel(screen, order)
    screen.keep("tc-006-cancel")
    assert shop.at_stripe(order).statuses == ("open", None, None)
    is_unpaid(shop, order, last_error=None)
    screen.try_again()
    screen.pay(GOOD)

    shows_success(screen, order)
    is_paid(shop, order)


def test_tc_007_a_page_that_is_left_alone_expires(shop: Shop, screen: Screen, control: StripeControl) -> None:
    """TC-007: by Stripe's own clock. The order stays, and whoever comes back is told on Stripe's page."""
    order = shop.order()
    screen.open(order)

    control.advance_clock(DAY)
    screen.open(order).shows("この決済ページは有効期限が切れました")
    screen.keep("tc-007-expired")

    screen.is_on_stripes_page(order)
    assert shop.at_stripe(order).statuses == ("expired", None, None)
    books = shop.books(order)
    assert (books.order["status"], books.order["stripe_sid"], books.payments) == ("pending", None, {})
    assert (books.metadata["payment_state"], books.metadata["last_error"]) == ("stripe_failed", "expired")
    assert shop.received("checkout.session.expired", order.session_id)
    assert shop.result(order) == result(shop, "failed", webhook_received=True)
