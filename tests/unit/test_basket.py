"""What callers of `createCheckoutSession` and `checkoutResult` send (design 9): every wrong field is named at once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payments.core.refusals import Code, Refusal
from payments.domain.shop.orders import MOST_LINES, Line
from payments.endpoints.callables import CALLABLES
from payments.endpoints.checkout_result import FIELDS
from payments.endpoints.fields import INT64, a_basket, parse
from tests.unit.strategies import JSON, TEXTS

BUY = CALLABLES["createCheckoutSession"]
TEA = {"productId": "tea", "quantity": 2}


def problems(data: Any) -> Any:
    """What the caller is told of each field."""
    with pytest.raises(Refusal) as refused:
        BUY.read(data)
    assert refused.value.code is Code.INVALID_ARGUMENT
    return refused.value.details["fields"]


def read_or_refused(data: Any) -> tuple[dict[str, Any], Refusal | None]:
    try:
        return dict(BUY.read(data)), None
    except Refusal as refusal:
        return {}, refusal


def test_a_basket_is_read_as_its_lines() -> None:
    sent = BUY.read({"sellerId": "s1", "items": [TEA, {"productId": "cup", "quantity": 1}], "orderId": None})

    assert sent == {"sellerId": "s1", "items": (Line(product_id="tea", quantity=2), Line(product_id="cup", quantity=1))}


def test_an_order_to_try_again_brings_its_own_basket() -> None:
    assert BUY.read({"orderId": "o1", "sellerId": None}) == {"orderId": "o1"}


@pytest.mark.parametrize("quantity", [1, 100, {"@type": INT64, "value": "7"}])
def test_one_to_a_hundred_of_a_product_can_be_bought(quantity: Any) -> None:
    [line] = a_basket([{"productId": "tea", "quantity": quantity}])

    assert line.quantity == (quantity if isinstance(quantity, int) else 7)


def test_twenty_lines_can_be_bought() -> None:
    assert len(a_basket([{"productId": f"p{n}", "quantity": 1} for n in range(MOST_LINES)])) == 20


BAD_BASKETS: dict[str, Any] = {
    "no list": TEA,
    "text": "tea",
    "a number": 1,
    "empty": [],
    "21 lines": [{"productId": f"p{n}", "quantity": 1} for n in range(21)],
    "a product twice": [TEA, TEA],
    "a product twice, in other numbers": [TEA, {**TEA, "quantity": 3}],
    "no product": [{"quantity": 1}],
    "no quantity": [{"productId": "tea"}],
    "a price of the caller's": [{**TEA, "amount": 1}],
    "a line that is no object": ["tea"],
    "a line that is null": [None],
    "a path for a product": [{"productId": "a/b", "quantity": 1}],
    "a number for a product": [{"productId": 5, "quantity": 1}],
    "none of it": [{**TEA, "quantity": 0}],
    "less than none": [{**TEA, "quantity": -1}],
    "101 of it": [{**TEA, "quantity": 101}],
    "half of it": [{**TEA, "quantity": 0.5}],
    "a whole float": [{**TEA, "quantity": 2.0}],
    "not a number of it": [{**TEA, "quantity": float("nan")}],
    "a text for a quantity": [{**TEA, "quantity": "2"}],
    "a truth for a quantity": [{**TEA, "quantity": True}],
    "null for a quantity": [{**TEA, "quantity": None}],
    "an odd wrapper": [{**TEA, "quantity": {"@type": INT64, "value": "1e1"}}],
    "one wrong line of two": [TEA, {"productId": "cup", "quantity": 0}],
}


@pytest.mark.parametrize("basket", BAD_BASKETS.values(), ids=BAD_BASKETS)
def test_what_is_no_basket_is_named(basket: Any) -> None:
    assert problems({"sellerId": "s1", "items": basket}) == {"items": "invalid"}


WRONG: dict[str, tuple[Any, dict[str, str]]] = {
    "nothing": ({}, {"sellerId": "missing", "items": "missing"}),
    "no object": ([TEA], {"sellerId": "missing", "items": "missing"}),
    "nulls": ({"sellerId": None, "items": None, "orderId": None}, {"sellerId": "missing", "items": "missing"}),
    "no seller": ({"items": [TEA]}, {"sellerId": "missing"}),
    "no basket": ({"sellerId": "s1"}, {"items": "missing"}),
    "an order with a basket": (
        {"orderId": "o1", "sellerId": "s1", "items": [TEA]},
        {"sellerId": "unknown", "items": "unknown"},
    ),
    "an order that is none": ({"orderId": "a/b"}, {"orderId": "invalid"}),
    "both wrong": ({"sellerId": 5, "items": {}}, {"sellerId": "invalid", "items": "invalid"}),
    "a field that nobody knows": (
        {"sellerId": "s1", "items": [TEA], "amount": 1, "userId": "x"},
        {"amount": "unknown", "userId": "unknown"},
    ),
    "wrong, unknown and missing": (
        {"items": [], "coupon": 1},
        {"items": "invalid", "coupon": "unknown", "sellerId": "missing"},
    ),
    "unknown alone": ({"coupon": 1}, {"coupon": "unknown", "sellerId": "missing", "items": "missing"}),
}  # fmt: skip


@pytest.mark.parametrize(("data", "expected"), WRONG.values(), ids=WRONG)
def test_every_wrong_field_is_named_at_once(data: Any, expected: dict[str, str]) -> None:
    assert problems(data) == expected


@given(JSON | st.dictionaries(st.sampled_from(["sellerId", "items", "orderId"]) | TEXTS, JSON, max_size=4))
@settings(max_examples=150)
def test_anything_at_all_is_read_or_refused_by_the_names_of_its_fields(data: Any) -> None:
    sent, refusal = read_or_refused(data)

    assert refusal is None or (refusal.code is Code.INVALID_ARGUMENT and refusal.details["fields"])
    assert refusal or set(sent) in ({"orderId"}, {"sellerId", "items"})


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ({}, {"orderId": "missing"}),
        ({"orderId": ""}, {"orderId": "invalid"}),
        ({"orderId": "../x"}, {"orderId": "invalid"}),
        ({"orderId": "o1", "confirm": "0"}, {"confirm": "invalid"}),
        ({"orderId": "o1", "confirm": ""}, {"confirm": "invalid"}),
        ({"orderId": "o1", "confirm": "true"}, {"confirm": "invalid"}),
        ({"order": "o1"}, {"order": "unknown", "orderId": "missing"}),
        ({"orderId": "<b>", "confirm": "2", "x": "1"}, {"orderId": "invalid", "confirm": "invalid", "x": "unknown"}),
    ],
)
def test_a_question_for_a_result_names_what_is_wrong_with_it(sent: Any, fields: dict[str, str]) -> None:
    with pytest.raises(Refusal) as refused:
        parse(FIELDS, sent)

    assert refused.value.details["fields"] == fields


@pytest.mark.parametrize(("sent", "read"), [({}, {}), ({"confirm": "1"}, {"confirm": True})])
def test_a_result_is_asked_for_by_the_order_and_confirmed_on_request(sent: Any, read: Any) -> None:
    assert parse(FIELDS, {"orderId": "o1", **sent}) == {"orderId": "o1", **read}
