"""Shop orders: priced by what the seller sells now, and one page at a time to pay on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.core.money import LARGEST_AMOUNT
from payments.core.refusals import Code, Refusal
from payments.domain.shop.orders import (
    FIRST_REFRESH,
    LONGEST_REFRESH,
    PATIENCE,
    Item,
    Line,
    OrderStatus,
    Product,
    check_payable,
    claim_checkout,
    may_still_be_paid,
    next_checkout,
    next_refresh_at,
    open_order,
    price_lines,
)
from tests.unit.constants import DAY, HOUR, MINUTE, NOW, SECOND, STRANGER
from tests.unit.shop import BUYER, ORDER, SELLER, a_line, a_paid_order, a_product, an_item, an_order

LINES = (a_line("tea", 2), a_line("cup"))
TEA, CUP = a_product("tea"), a_product("cup", amount=1200)


def unavailable(lines: tuple[Line, ...], *products: Product | None) -> set[str]:
    """The products that the buyer is told are not for sale."""
    with pytest.raises(Refusal) as refused:
        price_lines(lines, products, SELLER)
    assert refused.value.code is Code.PRODUCT_UNAVAILABLE
    return set(str(refused.value.details["products"]).split(", "))


def test_lines_are_priced_by_the_products_and_keep_their_names() -> None:
    """The price comes from the server: a line has none."""
    items, currency = price_lines(LINES, (TEA, CUP), SELLER)

    assert items == (an_item(), an_item(product_id="cup", name="Cup", unit_amount=1200, quantity=1))
    assert currency == "jpy"


NOT_FOR_SALE: dict[str, Product | None] = {
    "unknown": None,
    "not active": a_product("cup", active=False),
    "another seller's": a_product("cup", seller_id="another"),
    "free": a_product("cup", amount=0),
    "less than free": a_product("cup", amount=-5000),
    "dearer than Stripe takes": a_product("cup", amount=LARGEST_AMOUNT + 1),
    "in another currency": a_product("cup", currency="usd"),
}


@pytest.mark.parametrize("product", NOT_FOR_SALE.values(), ids=NOT_FOR_SALE)
def test_a_product_that_is_not_for_sale_is_named(product: Product | None) -> None:
    assert unavailable(LINES, TEA, product) == {"cup"}


FIRST = {name: each for name, each in NOT_FOR_SALE.items() if name != "in another currency"}


@pytest.mark.parametrize("product", FIRST.values(), ids=FIRST)
def test_the_product_that_is_not_for_sale_is_named_alone_wherever_it_stands(product: Product | None) -> None:
    """The buyer takes out what is named, and nothing else: it does not decide in which currency the others are."""
    foreign = None if product is None else a_product("cup", **{**_fields(product), "currency": "usd"})

    assert unavailable((a_line("cup"), a_line("tea")), foreign, TEA) == {"cup"}


def _fields(product: Product) -> dict[str, Any]:
    return {"seller_id": product.seller_id, "amount": product.amount, "active": product.active}


def test_every_product_that_is_not_for_sale_is_named_at_once() -> None:
    lines = (a_line("tea"), a_line("cup"), a_line("pot"), a_line("mat"))

    assert unavailable(lines, TEA, None, a_product("pot", active=False), a_product("mat", currency="eur")) == {
        "cup",
        "pot",
        "mat",
    }


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"amount": 0}, "amount must be 1 … 99999999"),
        ({"name": " "}, "name must have 1 … 250 characters"),
        ({"currency": "JPY"}, "currency must be one that Stripe lists, in lower case"),
        ({"active": False}, None),
        ({"seller_id": "another"}, None),
    ],
)
def test_what_a_person_has_to_mend_in_a_product_is_said(changes: dict[str, Any], problem: str | None) -> None:
    """Typed by hand in the console; a product that is off the shelf needs no mending."""
    with pytest.raises(Refusal) as refused:
        price_lines(LINES, (TEA, replace(CUP, **changes)), SELLER)

    assert refused.value.problems == ((f"products/cup: {problem}",) if problem else ())


@pytest.mark.parametrize("currency", ["", "JPY", "Jpy", "yen!", "jp", "円"])
def test_a_product_whose_currency_stripe_would_not_say_so_is_not_for_sale(currency: str) -> None:
    """Somebody types it in the console. Stripe says "jpy": an order in "JPY" could be charged and never be paid."""
    assert unavailable((a_line("tea"),), a_product("tea", currency=currency)) == {"tea"}


def a_new_order(*items: Item, currency: str = "jpy") -> Any:
    return open_order(ORDER, BUYER, SELLER, items, currency, NOW)


def test_a_new_order_waits_for_its_first_page() -> None:
    order = a_new_order(an_item())

    assert order == an_order(checkout_session_id=None, attempt=1, due_at=NOW + FIRST_REFRESH)
    assert (order.status, order.stripe_sid) == (OrderStatus.PENDING, None)


@given(st.lists(st.tuples(st.integers(1, 200_000), st.integers(1, 100)), min_size=1, max_size=4))
def test_an_order_is_over_the_sum_of_its_lines(lines: list[tuple[int, int]]) -> None:
    order = a_new_order(*(an_item(unit_amount=amount, quantity=quantity) for amount, quantity in lines), currency="krw")

    assert order.amount == sum(amount * quantity for amount, quantity in lines)


@pytest.mark.parametrize(
    ("amount", "currency", "is_taken"),
    [
        (49, "jpy", False),
        (50, "jpy", True),
        (49, "usd", False),
        (50, "usd", True),
        (29, "gbp", False),
        (30, "gbp", True),
        (1, "krw", True),
        (0, "krw", False),
        (LARGEST_AMOUNT, "jpy", True),
        (LARGEST_AMOUNT + 1, "jpy", False),
    ],
)
def test_an_order_stays_within_stripes_limits(amount: int, currency: str, is_taken: bool) -> None:  # noqa: FBT001 - a column of the table
    items = [an_item(unit_amount=amount, quantity=1)]
    if is_taken:
        assert a_new_order(*items, currency=currency).amount == amount
        return

    with pytest.raises(Refusal) as refused:
        a_new_order(*items, currency=currency)

    assert (refused.value.code, refused.value.details) == (Code.INVALID_ARGUMENT, {"fields": {"items": "invalid"}})


@pytest.mark.parametrize(
    ("order", "user", "code"),
    [
        (None, BUYER, Code.ORDER_NOT_FOUND),
        (an_order(), STRANGER, Code.ORDER_NOT_YOURS),
        (a_paid_order(), STRANGER, Code.ORDER_NOT_YOURS),
        (a_paid_order(), BUYER, Code.ALREADY_PAID),
    ],
)
def test_only_ones_own_unpaid_order_can_be_paid(order: Any, user: str, code: Code) -> None:
    """A stranger does not learn whether it is paid."""
    with pytest.raises(Refusal) as refused:
        check_payable(order, user)

    assert refused.value.code is code


def test_ones_own_unpaid_order_can_be_paid() -> None:
    assert check_payable(an_order(), BUYER) == an_order()


@pytest.mark.parametrize("after", [0 * HOUR, HOUR, 20 * HOUR - SECOND])
def test_a_claim_of_which_nobody_knows_what_became_is_sent_again_as_it_is(after: Any) -> None:
    """The same key and the same parameters: a page that was made is found again, and no second one."""
    order = an_order(checkout_session_id=None)

    assert claim_checkout(order, None, NOW + after) == order


@pytest.mark.parametrize("after", [20 * HOUR, 30 * DAY])
def test_a_claim_whose_key_is_forgotten_is_a_new_attempt(after: Any) -> None:
    """The page that may have been made under it is closed by then."""
    order = an_order(checkout_session_id=None)

    claimed = claim_checkout(order, None, NOW + after)

    assert (claimed.attempt, claimed.requested_at) == (2, NOW + after)
    assert NOW + after >= order.checkout_expires_at


def test_the_page_after_a_closed_one_is_a_new_attempt() -> None:
    claimed = claim_checkout(an_order(), "cs_1", NOW + MINUTE)

    assert (claimed.attempt, claimed.checkout_session_id, claimed.requested_at) == (2, None, NOW + MINUTE)
    assert claimed.due_at == NOW + MINUTE + FIRST_REFRESH


@pytest.mark.parametrize(("on_record", "closed"), [("cs_2", "cs_1"), (None, "cs_1"), ("cs_1", None)])
def test_a_page_that_somebody_else_has_opened_meanwhile_is_left_to_them(on_record: Any, closed: Any) -> None:
    """Else two pages of one order could be paid."""
    with pytest.raises(Refusal) as refused:
        claim_checkout(an_order(checkout_session_id=on_record), closed, NOW + MINUTE)

    assert refused.value.code is Code.BUSY


def test_a_new_attempt_keeps_what_was_ordered() -> None:
    before = an_order()

    after = next_checkout(before, NOW + HOUR)

    assert (after.items, after.amount, after.currency) == (before.items, before.amount, before.currency)
    assert (after.created_at, after.user_id, after.seller_id) == (NOW, BUYER, SELLER)


@pytest.mark.parametrize(
    ("order", "after", "waited"),
    [
        (an_order(), 0 * DAY, True),
        (an_order(), PATIENCE - SECOND, True),
        (an_order(), PATIENCE, False),
        (a_paid_order(), 0 * DAY, False),
    ],
)
def test_an_order_is_waited_for_as_long_as_a_payment_may_come(order: Any, after: Any, waited: bool) -> None:  # noqa: FBT001 - a column of the table
    assert may_still_be_paid(order, NOW + after) is waited


@pytest.mark.parametrize(
    ("waited", "next_wait"),
    [(0 * MINUTE, FIRST_REFRESH), (15 * MINUTE, FIRST_REFRESH), (4 * HOUR, 4 * HOUR), (3 * DAY, LONGEST_REFRESH)],
)
def test_the_wait_between_two_looks_doubles_up_to_a_day(waited: Any, next_wait: Any) -> None:
    assert next_refresh_at(an_order(), NOW + waited) == NOW + waited + next_wait
