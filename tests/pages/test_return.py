"""Who has paid goes back to the shop's own app, where it has an address (C-04)."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.pages.answers import ORDER, PAID, SELLER
from tests.pages.hosting import Hosting
from tests.pages.visit import Visit


def shop_is_at(hosting: Hosting, address: object) -> None:
    hosting.files["shop.json"] = json.dumps({"returnUrl": address})


def test_a_paid_order_leads_back_to_the_app(hosting: Hosting, visit: Visit) -> None:
    shop_is_at(hosting, "imekon://orders/{orderId}?seller={sellerId}")
    hosting.api.says(PAID)

    visit.success().answered(1)

    link = visit.page.get_by_role("link", name="アプリに戻る")
    expect(link).to_have_attribute("href", f"imekon://orders/{ORDER}?seller={SELLER}")
    visit.shows("決済完了")


@pytest.mark.parametrize("address", [None, "", "javascript:alert(1)", 7])
def test_without_an_address_that_can_be_gone_to_there_is_no_link(
    hosting: Hosting, visit: Visit, address: object
) -> None:
    shop_is_at(hosting, address)
    hosting.api.says(PAID)

    visit.success().answered(1)

    visit.shows("決済完了")
    expect(visit.page.get_by_role("link")).to_have_count(0)


def test_the_result_does_not_wait_for_the_way_back(hosting: Hosting, visit: Visit) -> None:
    visit.page.route("**/shop.json", lambda _: None)
    hosting.api.says(PAID)

    visit.success()

    visit.shows("決済完了", ORDER)
