"""The cancel page says what is known, and nothing that is not (C-05, TC-006)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.pages.answers import (
    BROKEN,
    BUSY,
    DROPPED,
    FAILED,
    INVALID,
    NOT_FOUND,
    ORDER,
    PAID,
    PENDING,
    Scripted,
    never,
)
from tests.pages.hosting import Hosting
from tests.pages.visit import Visit


def test_an_unpaid_order_is_shown_as_not_paid(hosting: Hosting, visit: Visit) -> None:
    """TC-006."""
    visit.cancel().answered(1)

    visit.shows("決済は完了していません", "決済未完了", ORDER).shows_not("決済完了")
    expect(visit.button).to_have_text("もう一度試す")
    assert hosting.api.queries == [{"orderId": ORDER}]


def test_an_order_that_has_failed_waits_for_no_delayed_payment(hosting: Hosting, visit: Visit) -> None:
    hosting.api.says(FAILED)

    visit.cancel().answered(1)

    visit.shows("決済は完了していません", "決済未完了", "もう一度試す").shows_not("コンビニ払いなど")


def test_nothing_is_said_before_it_is_known(hosting: Hosting, visit: Visit) -> None:
    hosting.api.says(never)

    visit.cancel().was_asked(1)

    visit.shows("ご注文を確認しています…").shows_not("決済未完了", "決済は完了していません")


def test_a_paid_order_is_said_to_be_paid_and_leads_to_its_success_page(hosting: Hosting, visit: Visit) -> None:
    hosting.api.says(PAID)
    visit.cancel().answered(1)
    visit.shows("決済ステータス: 完了", "決済完了", re.compile("[¥￥]5,000")).shows_not("決済未完了")
    expect(visit.button).to_have_count(0)

    visit.page.get_by_role("link", name="決済の結果を見る").click()

    visit.is_at_success().shows("決済完了")


@pytest.mark.parametrize(
    ("answer", "text"), [(NOT_FOUND, "ご注文が見つかりません"), (INVALID, "ページを表示できません")]
)
def test_an_order_that_is_none_is_answered_kindly(hosting: Hosting, visit: Visit, answer: Scripted, text: str) -> None:
    hosting.api.says(answer)

    visit.cancel().answered(1)

    visit.shows(text).shows_not("決済未完了")
    expect(visit.button).to_have_count(0)


@pytest.mark.parametrize("trouble", [BUSY, BROKEN, DROPPED])
def test_where_nothing_can_be_learned_the_page_says_so(hosting: Hosting, visit: Visit, trouble: Scripted) -> None:
    """It may be paid: after three questions nothing is known, and so nothing is said of it."""
    hosting.api.says(trouble)
    visit.cancel().waits(3)
    visit.shows("決済の状態を確認できません").shows_not("決済は完了していません")
    hosting.api.says(PENDING)

    visit.button.click()

    visit.shows("決済は完了していません")


def test_a_payment_that_arrives_is_seen_by_who_comes_back_to_the_tab(hosting: Hosting, visit: Visit) -> None:
    visit.cancel().answered(1).shows("決済は完了していません")
    hosting.api.says(PAID)

    visit.is_seen_again()

    visit.answered(2).shows("決済完了").is_at_cancel()
