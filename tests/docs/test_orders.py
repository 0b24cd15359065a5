"""What the pages say of shop orders is what the code does."""

from __future__ import annotations

import json
import re

import pytest

from docs.generator.product import ROOT
from payments.core.money import SMALLEST_AMOUNTS
from payments.domain.shop import orders
from payments.domain.shop.ledger import OrderRecords, apply_checkout_session, apply_reversals
from payments.shop import check_out
from payments.stripe_model.reversals import Reversals
from payments.stripe_model.snapshots import CheckoutStatus
from tests.docs.pages import DESIGN, LANGUAGES, prose, text
from tests.e2e.checkout import cards
from tests.unit.constants import NOW
from tests.unit.shop import TOTAL, a_page, a_paid_page, a_payment, books

pytestmark = pytest.mark.parametrize("language", LANGUAGES)

PAGES = [
    a_page(),
    a_page(CheckoutStatus.COMPLETE),
    a_page(CheckoutStatus.EXPIRED),
    a_paid_page(),
]
"""What Stripe says of a page, by the rows of the table of states."""

BACK = [
    Reversals(0, None),
    Reversals(1000, None),
    Reversals(0, None),
    Reversals(TOTAL, None),
    Reversals(0, "warning_needs_response"),
    Reversals(0, "needs_response", TOTAL),
    Reversals(1000, "needs_response", TOTAL - 1000),
    Reversals(0, "won"),
    Reversals(0, "lost", TOTAL),
]
"""What has gone back of a payment, by the rows of the table of refunds and disputes."""


def rows(language: str, head: str) -> list[list[str]]:
    """What the rows of the table whose head begins so name in backticks, cell by cell."""
    (table,) = re.findall(rf"^\| {re.escape(head)}[^\n]*\n\|[ |-]+\n((?:\|[^\n]+\n)+)", text(language), re.MULTILINE)
    return [re.findall(r"\| `(\w+)` (?=\|)", row) for row in table.splitlines()]


def test_the_states_are_those_that_the_pages_lead_to(language: str) -> None:
    told = rows(language, "`orders.status`")

    reached = [apply_checkout_session(books(), page, NOW, by_webhook=True) for page in PAGES]

    assert told == [_states(after) for after in reached]


def _states(after: OrderRecords) -> list[str]:
    state = after.metadata.payment_state
    status = check_out._result(after.order, after.metadata).status
    return [after.order.status.value, state.value if state else "null", status]


def test_a_payment_stands_after_refunds_and_disputes_as_is_told(language: str) -> None:
    told = rows(language, {"en": "at Stripe", "ja": "Stripe で起きたこと"}[language])

    after = [apply_reversals(a_payment(), money, NOW).payment for money in BACK]

    assert told == [[p.status, str(p.refunded_total), p.dispute_status or "null", str(p.amount_net)] for p in after]


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


def test_the_addresses_of_the_pages_are_those_of_the_document(language: str) -> None:
    """C-01."""
    assert {"/success?order={orderId}", "/cancel?s={sellerId}&order={orderId}"} <= set(
        re.findall(r"`(/[a-z]+\?[^`]+)`", prose(language))
    )


def test_what_is_said_of_tc_003_names_the_cards_that_prove_it(language: str) -> None:
    """TC-003."""
    (told,) = re.findall(r"^\*[^*\n]*TC-003.*(?:\n.+)*", text(language), re.MULTILINE)

    assert set(re.findall(r"\d{4} \d{4} \d{4} \d{4}", told)) == {cards.SUPPORTS_3D_SECURE, cards.THREE_D_SECURE}
    assert "`request_three_d_secure`" in told
