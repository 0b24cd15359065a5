"""What the pages' scripts answer by themselves: ids, addresses, languages, amounts."""

from __future__ import annotations

import pytest

from tests.pages.answers import ORDER, SELLER
from tests.pages.modules import Modules

WRONG = (
    "",
    "a" * 129,
    "a b",
    "a%0A",
    "__all__",
    "%E0%A4%A",
    "注文",
    "javascript:alert(1)",
    "..%2F..%2Fapi",
    "a%26confirm=1",
    "%3Cscript%3Ealert(1)%3C/script%3E",
)
RIGHT = (ORDER, ORDER.upper(), "a", "A_b-9", "x" * 128, "_", "__a")


@pytest.mark.parametrize("order", RIGHT)
def test_every_id_that_the_functions_accept_is_read(modules: Modules, order: str) -> None:
    assert modules.call("address", "idFrom", f"?order={order}", "order") == order


@pytest.mark.parametrize("order", WRONG)
def test_nothing_else_is_an_id(modules: Modules, order: str) -> None:
    assert modules.call("address", "idFrom", f"?order={order}", "order") is None


@pytest.mark.parametrize("query", ["", "?Order=a", "?order=a&order=b", "?order[]=a", "?orders=a"])
def test_an_id_is_given_once_and_under_its_own_name(modules: Modules, query: str) -> None:
    assert modules.call("address", "idFrom", query, "order") is None


def test_the_pages_lead_to_each_other_by_the_addresses_that_stripe_gets(modules: Modules) -> None:
    """C-01."""
    assert modules.call("address", "successOf", ORDER) == f"/success?order={ORDER}"
    assert modules.call("address", "cancelOf", SELLER, ORDER) == f"/cancel?s={SELLER}&order={ORDER}"


@pytest.mark.parametrize(
    ("template", "address"),
    [
        ("imekon://checkout?order={orderId}", "imekon://checkout?order=o%261"),
        ("https://shop.example/{sellerId}/retry/{orderId}", "https://shop.example/s%2F1/retry/o%261"),
        ("http://127.0.0.1:3000/?o={orderId}&again={orderId}", "http://127.0.0.1:3000/?o=o%261&again=o%261"),
        ("javascript:alert(1)//{orderId}", None),
        (" JaVaScRiPt:alert(1)", None),
        ("data:text/html,<script>alert(1)</script>", None),
        ("", None),
        (None, None),
        ({"url": "https://shop.example/"}, None),
    ],
)
def test_the_shops_address_gets_the_ids_and_runs_nothing(
    modules: Modules, template: object, address: str | None
) -> None:
    assert modules.retry_address(template, "s/1", "o&1") == address


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        (["en-GB", "ja"], "en"),
        (["fr", "en-US", "ja"], "en"),
        (["de", "JA-jp"], "ja"),
        ([], "ja"),
    ],
)
def test_the_first_language_that_is_spoken_is_taken_or_japanese(
    modules: Modules, wanted: list[str], language: str
) -> None:
    assert modules.call("words", "languageOf", wanted) == language


def test_both_languages_say_the_same_things(modules: Modules) -> None:
    said = {language: keys(modules.get("words", language)) for language in ("JA", "EN")}

    assert said["JA"] == said["EN"]


def keys(words: dict[str, object]) -> set[str]:
    inner = ({f"{key}.{name}" for name in value} for key, value in words.items() if isinstance(value, dict))
    return set(words).union(*inner)


@pytest.mark.parametrize(
    ("amount", "currency", "language", "shown"),
    [
        (5000, "jpy", "ja", "￥5,000"),
        (5000, "JPY", "en", "¥5,000"),
        (1234, "usd", "en", "$12.34"),
        (5, "usd", "en", "$0.05"),
        (500, "isk", "en", "ISK 5.00"),
        (5000, "mga", "en", "MGA 5,000"),
        (5120, "kwd", "en", "KWD 5.120"),
        (0, "jpy", "ja", "￥0"),
    ],
)
def test_an_amount_is_counted_in_stripes_smallest_unit(
    modules: Modules, amount: int, currency: str, language: str, shown: str
) -> None:
    assert modules.call("money", "money", amount, currency, language).replace("\xa0", " ") == shown


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("5000", "jpy"),
        (-1, "jpy"),
        (0.5, "jpy"),
        (2**53, "jpy"),
        (None, "jpy"),
        (5000, None),
        (5000, "yen!"),
    ],
)
def test_what_is_no_amount_is_none(modules: Modules, amount: object, currency: object) -> None:
    assert modules.call("money", "money", amount, currency, "ja") is None
