"""Orders that are refused leave Firestore exactly as it was, and nothing happens at Stripe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from payments.core.refusals import Code, NotConfigured, Refusal
from payments.domain.shop.orders import Line
from payments.endpoints.callables import CALLABLES
from tests.integration.house import APP, House, Json
from tests.integration.refused import refused
from tests.integration.shop import (
    BASKET,
    BUYER,
    SELLER,
    STRANGER,
    at_store,
    open_shop,
    order,
    order_again,
    paid,
    product,
)

BUY: Final = CALLABLES["createCheckoutSession"]


def buy(house: House, data: Any, user: str = BUYER) -> Json:
    """What the callable answers."""
    return BUY.run(house.deps.shop, user, BUY.read(data))


@pytest.fixture(autouse=True)
def _address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where buyers come back to (C-07)."""
    monkeypatch.setenv("APP_BASE_URL", APP)


def refusal_of(house: House, lines: Any) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        order(house, basket=lines)
    return refusal.value


def test_what_is_answered_is_an_order_a_page_and_until_when(house: House) -> None:
    open_shop(house)

    answer = buy(house, {"sellerId": SELLER, "items": [{"productId": "tea", "quantity": 2}]})
    again = buy(house, {"orderId": answer["orderId"]})

    assert answer.keys() == again.keys() == {"orderId", "url", "expiresAt"}
    assert (answer["orderId"], answer["url"] == again["url"]) == (again["orderId"], False)
    assert answer["url"].startswith(house.stripe.url)
    assert answer["expiresAt"].endswith("+00:00")


def test_nothing_is_sold_without_an_address_for_buyers_to_come_back_to(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C-07: a person has to mend it; no order is left that nobody could pay."""
    open_shop(house)
    monkeypatch.setenv("APP_BASE_URL", " ")
    before = house.everything()

    with pytest.raises(NotConfigured, match="APP_BASE_URL"):
        buy(house, {"sellerId": SELLER, "items": [{"productId": "tea", "quantity": 2}]})

    assert house.everything() == before


UNAVAILABLE: Final[dict[str, Json]] = {
    "not active": {"active": False},
    "another seller's": {"seller_id": "another"},
    "free": {"amount": 0},
    "in another currency": {"currency": "usd"},
    "in a currency that is none": {"currency": "YEN"},
    "mistyped: the price is a text": {"amount": "2000"},
    "mistyped: the price is not whole": {"amount": 2000.5},
    "mistyped: active is a text": {"active": "false"},
    "mistyped: no name": {"name": None},
    "a name that is empty": {"name": ""},
    "a name of blanks": {"name": " \u3000"},
    "a name longer than Stripe takes": {"name": "x" * 251},
}


@pytest.mark.parametrize("fields", UNAVAILABLE.values(), ids=UNAVAILABLE)
def test_a_product_that_is_not_for_sale_is_named_and_nothing_is_ordered(house: House, fields: Json) -> None:
    open_shop(house)
    product(house, "pot", **fields)
    before, asked = house.everything(), len(house.control.requests())

    refusal = refusal_of(house, [*BASKET, Line(product_id="pot", quantity=1), Line(product_id="none", quantity=1)])

    assert refusal.code is Code.PRODUCT_UNAVAILABLE
    assert set(str(refusal.details["products"]).split(", ")) == {"pot", "none"}
    assert house.everything() == before
    assert len(house.control.requests()) == asked


@pytest.mark.parametrize(
    ("amount", "quantity", "currency"),
    [(49, 1, "jpy"), (99_999_999, 2, "jpy"), (1, 49, "jpy"), (49, 1, "usd"), (1, 29, "gbp")],
)
def test_a_total_that_stripe_would_not_take_is_refused_before_it_is_asked(
    house: House, amount: int, quantity: int, currency: str
) -> None:
    """Stripe's smallest charge depends on the currency."""
    open_shop(house)
    product(house, "pot", amount=amount, currency=currency)
    before = house.everything()

    refusal = refusal_of(house, [Line(product_id="pot", quantity=quantity)])

    assert (refusal.code, refusal.details) == (Code.INVALID_ARGUMENT, {"fields": {"items": "invalid"}})
    assert house.everything() == before


def _unpaid(house: House) -> str:
    return order(house).order.id


def _paid(house: House) -> str:
    return paid(house).id


def _at_a_store(house: House) -> str:
    opened, _ = at_store(house)
    house.deliver()
    return opened.order.id


def _of_nobody(house: House) -> str:
    open_shop(house)
    return "unknown"


REFUSED: Final[dict[str, tuple[Callable[[House], str], str, Code]]] = {
    "another's order": (_unpaid, STRANGER, Code.ORDER_NOT_YOURS),
    "another's paid order": (_paid, STRANGER, Code.ORDER_NOT_YOURS),
    "one's own paid order": (_paid, BUYER, Code.ALREADY_PAID),
    "an order that nobody knows": (_of_nobody, BUYER, Code.ORDER_NOT_FOUND),
}


@pytest.mark.parametrize(("prepare", "user", "code"), REFUSED.values(), ids=REFUSED)
def test_a_new_try_that_is_refused_changes_nothing_and_asks_nobody(
    house: House, prepare: Callable[[House], str], user: str, code: Code
) -> None:
    name = prepare(house)
    before, asked = house.everything(), len(house.control.requests())

    assert refused(order_again, house, name, user=user) is code
    assert house.everything() == before
    assert len(house.control.requests()) == asked


def test_a_new_try_while_a_store_is_waited_for_changes_nothing(house: House) -> None:
    name = _at_a_store(house)
    before = house.everything()

    assert refused(order_again, house, name) is Code.PAYMENT_PENDING
    assert house.everything() == before


def test_a_stranger_does_not_close_the_page_of_another(house: House) -> None:
    opened = order(house)

    refused(order_again, house, opened.order.id, user=STRANGER)

    page = house.sdk.v1.checkout.sessions.retrieve(opened.order.checkout_session_id or "")
    assert page.status == "open"


def test_the_limits_of_orders_and_of_chats_are_counted_apart(house: House) -> None:
    for _ in range(20):
        order(house, user="payer")

    assert refused(order, house, user="payer") is Code.TOO_MANY_ATTEMPTS
    assert house.create("s1").client_secret


def test_a_guest_may_buy(house: House) -> None:
    """An anonymous sign-in is a person with a UID like any other."""
    opened = order(house, user="0aNonYmousUid28charactersxxx")

    assert opened.order.user_id == "0aNonYmousUid28charactersxxx"
    assert order_again(house, opened.order.id, user="0aNonYmousUid28charactersxxx").url
