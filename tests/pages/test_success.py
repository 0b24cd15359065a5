"""The success page waits for the payment (C-01, C-04, TC-001, TC-008). Its time is the browser's own clock."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.pages.answers import (
    BROKEN,
    FAILED,
    INVALID,
    NOT_FOUND,
    ORDER,
    PAID,
    STRIPE_DOWN,
    Scripted,
    never,
)
from tests.pages.hosting import Hosting
from tests.pages.visit import Visit

PLAIN, CONFIRM = {"orderId": ORDER}, {"orderId": ORDER, "confirm": "1"}


def test_a_paid_order_is_shown_as_paid_with_its_amount(hosting: Hosting, visit: Visit) -> None:
    """TC-001."""
    hosting.api.says(PAID)

    visit.success().answered(1)

    visit.shows("決済ステータス: 完了", "決済完了", re.compile("[¥￥]5,000"), ORDER)
    expect(visit.page).to_have_title("決済完了")
    assert hosting.api.queries == [PLAIN]


def test_a_paid_order_is_not_asked_about_again(hosting: Hosting, visit: Visit) -> None:
    hosting.api.says(PAID)
    visit.success().answered(1)

    visit.passes(120)

    assert visit.asked == 1


def test_before_the_webhook_the_payment_is_being_confirmed(visit: Visit) -> None:
    """TC-008."""
    visit.success().answered(1)

    visit.shows("決済確認中…", "決済ステータス: 確認中").shows_not("決済完了", "決済未完了")
    expect(visit.page.get_by_role("status").first).to_contain_text("決済確認中…")


def test_after_thirty_seconds_stripe_itself_is_asked_once(hosting: Hosting, visit: Visit) -> None:
    """TC-008: ten questions, at 0, 3, … 27 seconds, then the last resort at 30."""
    hosting.api.confirms(PAID)
    visit.success().waits(10)

    visit.passes(2.999)
    before = list(hosting.api.queries)
    visit.passes(0.001).answered(11)

    assert before == [PLAIN] * 10
    assert hosting.api.queries == [PLAIN] * 10 + [CONFIRM]
    visit.shows("決済完了").is_at_success()


def test_the_wait_can_be_seen(visit: Visit) -> None:
    """TC-008."""
    bar = visit.success().page.get_by_role("progressbar")
    visit.answered(1)
    expect(bar).to_have_js_property("value", 0)

    visit.waits(6)

    expect(bar).to_have_js_property("value", 15)
    expect(bar).to_have_accessible_name("確認の進み具合")
    visit.shows("もう少しお待ちください。決済会社からの連絡を待っています。")


def test_what_stripe_cant_confirm_leads_to_the_cancel_page(visit: Visit) -> None:
    """TC-008: also a delayed payment, of which the cancel page says that it may still arrive."""
    visit.success().waits(10).passes(3)

    visit.is_at_cancel().shows("決済は完了していません", re.compile("コンビニ払いなど.*入金が確認されしだい"))


@pytest.mark.parametrize("answer", [BROKEN, STRIPE_DOWN, FAILED])
def test_any_other_last_answer_leads_to_the_cancel_page_too(hosting: Hosting, visit: Visit, answer: Scripted) -> None:
    hosting.api.confirms(answer)

    visit.success().waits(10).passes(3)

    visit.is_at_cancel().shows("決済は完了していません")


def test_a_last_answer_that_never_comes_is_waited_for_twenty_seconds(hosting: Hosting, visit: Visit) -> None:
    hosting.api.confirms(never)
    visit.success().waits(10).passes(3).was_asked(11)

    visit.passes(19.9).is_at_success()
    visit.passes(0.1)

    visit.is_at_cancel().shows("決済は完了していません")


def test_the_cancel_page_takes_the_place_of_the_success_page(hosting: Hosting, visit: Visit) -> None:
    """Back from there leads to where the customer came from, and not into the wait again."""
    hosting.api.says(FAILED)
    visit.open("/")
    visit.success().is_at_cancel()

    visit.page.go_back()

    visit.is_at("/")


def test_an_unknown_order_is_answered_kindly_and_not_asked_about_again(hosting: Hosting, visit: Visit) -> None:
    hosting.api.says(NOT_FOUND)

    visit.success().answered(1).passes(60)

    visit.shows("ご注文が見つかりません").shows_not("決済未完了")
    assert visit.asked == 1


def test_an_order_that_the_function_does_not_take_is_answered_kindly(hosting: Hosting, visit: Visit) -> None:
    hosting.api.says(INVALID)

    visit.success().answered(1).passes(60)

    visit.shows("ページを表示できません")
    assert visit.asked == 1
