"""The pages in Japanese and in English."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.pages.answers import PAID
from tests.pages.conftest import Visitor
from tests.pages.hosting import Hosting


@pytest.mark.parametrize(("locale", "language"), [("ja-JP", "ja"), ("en-US", "en"), ("fr-FR", "ja")])
def test_the_page_speaks_the_readers_language_or_japanese(visitor: Visitor, locale: str, language: str) -> None:
    visit = visitor(locale=locale).success().answered(1)

    expect(visit.page.locator("html")).to_have_attribute("lang", language)
    visit.shows({"ja": "決済確認中…", "en": "Confirming your payment…"}[language])


def test_an_english_reader_reads_nothing_in_japanese(hosting: Hosting, visitor: Visitor) -> None:
    visit = visitor(locale="en-US")
    visit.success().answered(1).shows("Confirming your payment…")
    visit.cancel().answered(1).shows("Your payment has not been completed", "Payment not completed", "Try again")
    hosting.api.says(PAID)
    visit.success().answered(1).shows("Payment status: complete", "Payment complete", "¥5,000")
    expect(visit.page).to_have_title("Payment complete")
