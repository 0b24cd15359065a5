"""Orders that are refused leave Firestore exactly as it was, and nothing happens at Stripe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from payments.core.refusals import Code, NotConfigured, Refusal
from payments.domain.shop.orders import Line
from payments.endpoints.callables import CALLABLES
from tests.integration.deployment import PAGES, Deployment, Json
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


def buy(deployment: Deployment, data: Any, user: str = BUYER) -> Json:
    """What the callable answers."""
    return BUY.run(deployment.deps.shop, user, BUY.read(data))


@pytest.fixture(autouse=True)
def _address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where buyers come back to (C-07)."""
    monkeypatch.setenv("APP_BASE_URL", PAGES)


def refusal_of(deployment: Deployment, lines: Any) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        order(deployment, basket=lines)
    return refusal.value


def test_what_is_answered_is_an_order_a_page_and_until_when(deployment: Deployment) -> None:
    open_shop(deployment)

    answer = buy(deployment, {"sellerId": SELLER, "items": [{"productId": "tea", "quantity": 2}]})
    again = buy(deployment, {"orderId": answer["orderId"]})

    assert answer.keys() == again.keys() == {"orderId", "url", "expiresAt"}
    assert (answer["orderId"], answer["url"] == again["url"]) == (again["orderId"], False)
    assert answer["url"].startswith(deployment.stripe.url)
    assert answer["expiresAt"].endswith("+00:00")


def test_nothing_is_sold_without_an_address_for_buyers_to_come_back_to(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C-07: a person has to mend it; no order is left that nobody could pay."""
    open_shop(deployment)
    monkeypatch.setenv("APP_BASE_URL", " ")
    before = deployment.everything()

    with pytest.raises(NotConfigured, match="APP_BASE_URL"):
        buy(deployment, {"sellerId": SELLER, "items": [{"productId": "tea", "quantity": 2}]})

    assert deployment.everything() == before


UNAVAILABLE: Final[dict[str, Json]] = {
    "not active": {"active": False},
    "mistyped: the price is a text": {"amount": "2000"},
}


@pytest.mark.parametrize("fields", UNAVAILABLE.values(), ids=UNAVAILABLE)
def test_a_product_that_is_not_for_sale_is_named_and_nothing_is_ordered(deployment: Deployment, fields: Json) -> None:
    open_shop(deployment)
    product(deployment, "pot", **fields)
    before, asked = deployment.everything(), len(deployment.control.requests())

    refusal = refusal_of(deployment, [*BASKET, Line(product_id="pot", quantity=1), Line(product_id="none", quantity=1)])

    assert refusal.code is Code.PRODUCT_UNAVAILABLE
    assert set(str(refusal.details["products"]).split(", ")) == {"pot", "none"}
    assert deployment.everything() == before
    assert len(deployment.control.requests()) == asked


def _unpaid(deployment: Deployment) -> str:
    return order(deployment).order.id


def _paid(deployment: Deployment) -> str:
    return paid(deployment).id


def _at_a_store(deployment: Deployment) -> str:
    opened, _ = at_store(deployment)
    deployment.deliver()
    return opened.order.id


def _of_nobody(deployment: Deployment) -> str:
    open_shop(deployment)
    return "unknown"


REFUSED: Final[dict[str, tuple[Callable[[Deployment], str], str, Code]]] = {
    "another's order": (_unpaid, STRANGER, Code.ORDER_NOT_YOURS),
    "another's paid order": (_paid, STRANGER, Code.ORDER_NOT_YOURS),
    "one's own paid order": (_paid, BUYER, Code.ALREADY_PAID),
    "an order that nobody knows": (_of_nobody, BUYER, Code.ORDER_NOT_FOUND),
}


@pytest.mark.parametrize(("prepare", "user", "code"), REFUSED.values(), ids=REFUSED)
def test_a_new_try_that_is_refused_changes_nothing_and_asks_nobody(
    deployment: Deployment, prepare: Callable[[Deployment], str], user: str, code: Code
) -> None:
    name = prepare(deployment)
    before, asked = deployment.everything(), len(deployment.control.requests())

    assert refused(order_again, deployment, name, user=user) is code
    assert deployment.everything() == before
    assert len(deployment.control.requests()) == asked


def test_a_new_try_while_a_store_is_waited_for_changes_nothing(deployment: Deployment) -> None:
    name = _at_a_store(deployment)
    before = deployment.everything()

    assert refused(order_again, deployment, name) is Code.PAYMENT_PENDING
    assert deployment.everything() == before
