"""What the pages say of shop orders is what the code does."""

from __future__ import annotations

import json
import re

import pytest

from docs.generator.product import ROOT
from payments.core.money import SMALLEST_AMOUNTS
from payments.domain.shop import orders
from tests.docs.pages import DESIGN, LANGUAGES, prose, text
from tests.e2e.checkout import cards

pytestmark = pytest.mark.parametrize("language", LANGUAGES)


def test_the_bounds_of_an_order_are_told(language: str) -> None:
    lines, most = orders.MOST_LINES, orders.QUANTITIES[-1]
    told = {
        "en": [f"1 to {lines} lines", f"1 to {most} of each", f"for {orders.PATIENCE.days} days"],
        "ja": [f"1〜{lines} 行", f"個数は 1〜{most} ", f"{orders.PATIENCE.days} 日間"],
    }[language]

    assert [each for each in told if each not in prose(language)] == []
    assert f"¥{SMALLEST_AMOUNTS['jpy']}" in text("en")


def test_a_page_is_open_as_long_as_is_told(language: str) -> None:
    hours = int(orders.CHECKOUT_LIFETIME.total_seconds() / 3600)

    assert {"en": f"closes after {hours} hours", "ja": f"{hours} 時間で閉じます"}[language] in DESIGN[
        language
    ].read_text()


def test_the_success_page_asks_as_often_as_is_told(language: str) -> None:
    """C-04."""
    script = (ROOT / "hosting" / "js" / "success.js").read_text()
    every, at_most = (int(re.findall(rf"const {name} = (\d+)_000;", script)[0]) for name in ("EVERY", "AT_MOST"))

    told = {"en": f"every {every} s for at most {at_most} s", "ja": f"{every} 秒ごとに、最長 {at_most} 秒まで"}[
        language
    ]

    assert told in prose(language)


def test_the_address_of_a_new_try_is_filled_in_with_what_is_told(language: str) -> None:
    """C-05."""
    examples = re.findall(r'`"([a-z]+://[^"]+)"`', text(language))
    filled_in = re.findall(r"\\\{\(([\w|]+)\)\\\}", (ROOT / "hosting" / "js" / "shop.js").read_text())

    placeholders = {name for example in examples for name in re.findall(r"\{(\w+)\}", example)}

    assert len(examples) == 2
    assert placeholders == set(filled_in[0].split("|"))
    for name in json.loads((ROOT / "hosting" / "shop.json").read_text()):
        assert f"`{name}`" in text(language)


def test_what_is_said_of_tc_003_names_the_cards_that_prove_it(language: str) -> None:
    """TC-003."""
    (told,) = re.findall(r"^\*[^*\n]*TC-003.*(?:\n.+)*", text(language), re.MULTILINE)

    assert set(re.findall(r"\d{4} \d{4} \d{4} \d{4}", told)) == {cards.SUPPORTS_3D_SECURE, cards.THREE_D_SECURE}
    assert "`request_three_d_secure`" in told
