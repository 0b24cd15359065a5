"""What comes in from outside: the pages' own addresses, and what the API answers. Nothing of it becomes HTML."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.pages.answers import ORDER, PAID, SELLER, known
from tests.pages.hosting import Hosting
from tests.pages.visit import RESULT, Visit

SCRIPTS = (
    "<img src=x onerror=alert(1)>",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "%22%3E%3Csvg/onload=alert(1)%3E",
    "javascript:alert(1)",
)
MADE_BY_PAGE = "main :is(script, img, svg, iframe, object, style)"


@pytest.mark.parametrize(
    "paths",
    [
        [f"/success?order={script}" for script in SCRIPTS],
        [f"/cancel?s={SELLER}&order={script}" for script in SCRIPTS],
        [f"/cancel?s={script}&order={ORDER}" for script in SCRIPTS],
        ["/success", "/success?order=", f"/success?order={ORDER}&order=other", f"/success#order={ORDER}"],
        ["/cancel", f"/cancel?s={SELLER}", f"/cancel?order={ORDER}", f"/cancel?s={SELLER}&s=other&order={ORDER}"],
    ],
    ids=["script as order", "script as canceled order", "script as seller", "no order", "no seller"],
)
def test_ids_that_are_none_are_answered_kindly_without_a_request(visit: Visit, paths: list[str]) -> None:
    for path in paths:
        visit.open(path).shows("ページを表示できません").passes(60)
        expect(visit.button).to_have_count(0)
        expect(visit.page.locator(MADE_BY_PAGE)).to_have_count(0)

    assert visit.asked == 0
    assert visit.hosting.asked("/shop.json") == []


def test_other_parameters_change_nothing(hosting: Hosting, visit: Visit) -> None:
    """Analytics and mail programs add theirs."""
    hosting.api.says(PAID)

    visit.open(f"/success?utm_source=mail&order={ORDER}&confirm=1&isPaid=true").answered(1)

    visit.shows("決済完了")
    assert hosting.asked(RESULT) == [{"orderId": ORDER}]


@pytest.mark.parametrize(
    "changes",
    [{"currency": "<img src=x onerror=alert(1)>"}, {"amount": "<script>alert(1)</script>"}, {"amount": None}],
)
def test_an_amount_that_is_none_is_left_out(hosting: Hosting, visit: Visit, changes: dict[str, object]) -> None:
    hosting.api.says(known("paid", **changes))

    visit.success().answered(1)

    visit.shows("決済完了").shows_not("お支払い金額")
    expect(visit.page.locator(MADE_BY_PAGE)).to_have_count(0)


def test_only_true_is_paid(hosting: Hosting, visit: Visit) -> None:
    almost: tuple[object, ...] = ("true", 1, None, {})
    hosting.api.says(*(known("paid", isPaid=is_paid) for is_paid in almost))

    visit.success().waits(4)

    visit.shows("決済確認中…").shows_not("決済完了")


@pytest.mark.parametrize("seller", ["<b>", "a&order=other", "../success", None])
def test_a_sellers_id_that_is_none_gets_into_no_address(hosting: Hosting, visit: Visit, seller: object) -> None:
    hosting.api.says(known("failed", sellerId=seller))

    visit.success().answered(1)

    visit.shows("決済の状態を確認できません").is_at_success()
