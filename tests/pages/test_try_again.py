"""「もう一度試す」 on the cancel page leads to a new try, or says where there is one (C-05, TC-006)."""

from __future__ import annotations

import json

from playwright.sync_api import Route, expect

from tests.pages.answers import (
    BROKEN,
    FAILED,
    ORDER,
    PAID,
    SELLER,
    never,
)
from tests.pages.hosting import Hosting
from tests.pages.visit import Visit

PAYMENT_PAGE = "https://checkout.example/c/pay/cs_test_1"


APP = "https://app.example/retry"


def retry_leads_to(hosting: Hosting, address: object) -> None:
    hosting.files["shop.json"] = json.dumps({"retryUrl": address})


def serves(visit: Visit, address: str) -> None:
    """Somebody else's page, at that address."""

    def answer(route: Route) -> None:
        route.fulfill(content_type="text/html", body="<h1>elsewhere</h1>")

    visit.context.route(f"{address}**", answer)


def test_try_again_leads_to_the_shops_own_address(hosting: Hosting, visit: Visit) -> None:
    retry_leads_to(hosting, f"{APP}?seller={{sellerId}}&order={{orderId}}")
    serves(visit, APP)
    visit.cancel().answered(1)

    visit.button.click()

    expect(visit.page).to_have_url(f"{APP}?seller={SELLER}&order={ORDER}")
    assert visit.asked == 2


def test_try_again_leads_back_to_the_payment_page_where_no_address_is_set(visit: Visit) -> None:
    """TC-006: the page is still open, and one page can't be paid twice."""
    serves(visit, PAYMENT_PAGE)
    visit.page.goto(PAYMENT_PAGE)
    visit.cancel().answered(1)

    visit.button.click()

    expect(visit.page).to_have_url(PAYMENT_PAGE)


def test_without_a_way_back_the_page_says_where_to_try_again(visit: Visit) -> None:
    """A tab in which nothing else was open."""
    with visit.page.expect_navigation():
        visit.page.evaluate("address => location.replace(address)", visit.address_of_cancel)
    visit.answered(1).shows("決済は完了していません")
    assert visit.page.evaluate("history.length") == 1

    visit.button.click()

    visit.answered(2).shows("アプリに戻って、ご注文からもう一度お支払いください。").is_at_cancel()
    expect(visit.button).to_have_text("もう一度試す")
    expect(visit.button).to_be_focused()


def test_a_page_that_has_expired_is_not_gone_back_to(hosting: Hosting, visit: Visit) -> None:
    hosting.api.says(FAILED)
    serves(visit, PAYMENT_PAGE)
    visit.page.goto(PAYMENT_PAGE)
    visit.cancel().answered(1)

    visit.button.click()

    visit.shows("アプリに戻って、ご注文からもう一度お支払いください。").is_at_cancel()


def test_settings_that_never_arrive_do_not_keep_anybody_waiting(hosting: Hosting, visit: Visit) -> None:
    hosting.api.says(FAILED)
    visit.page.route("**/shop.json", lambda _: None)
    visit.cancel().answered(1)
    visit.button.click()
    visit.was_asked(2)

    visit.passes(10)

    visit.shows("アプリに戻って、ご注文からもう一度お支払いください。", "もう一度試す").is_at_cancel()


def test_an_order_that_was_paid_meanwhile_is_not_tried_again(hosting: Hosting, visit: Visit) -> None:
    retry_leads_to(hosting, APP)
    serves(visit, APP)
    visit.cancel().answered(1)
    hosting.api.says(PAID)

    visit.button.click()

    visit.answered(2).shows("決済完了").is_at_cancel()
    expect(visit.heading).to_be_focused()


def test_trouble_does_not_keep_anybody_from_trying_again(hosting: Hosting, visit: Visit) -> None:
    """The function that opens the new page looks for itself whether the order is paid."""
    retry_leads_to(hosting, APP)
    serves(visit, APP)
    visit.cancel().answered(1)
    hosting.api.says(BROKEN)

    visit.button.click()

    expect(visit.page).to_have_url(APP)


def test_without_a_connection_the_page_stays_and_says_so(hosting: Hosting, visit: Visit) -> None:
    retry_leads_to(hosting, APP)
    visit.cancel().answered(1)
    visit.context.set_offline(offline=True)

    visit.button.click()

    visit.shows("通信できませんでした。接続を確認して、もう一度お試しください。").is_at_cancel()
    expect(visit.button).to_be_focused()


def test_a_try_that_was_left_and_come_back_from_starts_afresh(hosting: Hosting, visit: Visit) -> None:
    """The app was opened and left again: no word of the try that is over."""
    retry_leads_to(hosting, "imekon://checkout?order={orderId}")
    visit.cancel().answered(1)
    visit.button.click()
    visit.answered(2)

    visit.is_restored()
    visit.answered(3).passes(2)

    visit.shows("もう一度試す").shows_not("アプリに戻って")


def test_the_address_is_never_taken_from_the_pages_own(visit: Visit) -> None:
    serves(visit, "https://evil.example/")
    visit.page.goto(f"{visit.hosting.url}/")
    visit.open(f"/cancel?s={SELLER}&order={ORDER}&retryUrl=https://evil.example/").answered(1)

    visit.button.click()

    visit.is_at("/")


def test_who_has_been_through_the_payment_page_is_not_sent_back_to_it(visit: Visit) -> None:
    """It is done with: going back would lead round in a circle."""
    serves(visit, PAYMENT_PAGE)
    visit.page.goto(PAYMENT_PAGE)
    visit.success().waits(10).passes(3)
    visit.is_at_cancel().shows("決済は完了していません")

    visit.button.click()

    visit.shows("アプリに戻って、ご注文からもう一度お支払いください。").is_at_cancel()


def test_an_app_that_does_not_open_is_asked_for_in_words(hosting: Hosting, visit: Visit) -> None:
    """This browser knows no such scheme, and stays."""
    retry_leads_to(hosting, "imekon://checkout?order={orderId}")
    visit.cancel().answered(1)
    visit.button.click()
    visit.answered(2)
    expect(visit.button).to_have_text("確認しています…")

    visit.passes(2)

    visit.shows("アプリに戻って、ご注文からもう一度お支払いください。", "もう一度試す").is_at_cancel()


def test_an_impatient_finger_asks_once(hosting: Hosting, visit: Visit) -> None:
    visit.cancel().answered(1)
    hosting.api.says(never)

    visit.button.dblclick()
    visit.was_asked(2)

    expect(visit.button).to_have_attribute("aria-disabled", "true")
    assert visit.asked == 2
