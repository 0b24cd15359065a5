"""What `createCheckoutSession` is sent and does not take, over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.e2e.answers import INVALID, outcome, refused
from tests.e2e.http_site import Site
from tests.e2e.order_steps import basket, buy, ordered
from tests.integration.deployment import STRANGER

pytestmark = pytest.mark.xdist_group("functions")

BAD_BASKETS: dict[str, Any] = {
    "empty": [],
    "null in it": [None],
    "a product elsewhere": [{"productId": "../orders/x", "quantity": 1}],
}


def test_a_good_basket_is_taken(shop: Site) -> None:
    """The good case that the others depart from (C-01)."""
    answer = buy(shop, basket()).json()["result"]

    assert answer.keys() == {"orderId", "url", "expiresAt"}
    assert str(uuid.UUID(answer["orderId"], version=4)) == answer["orderId"]
    assert shop.db.document(f"orders/{answer['orderId']}").get().get("amount") == 1200


@pytest.mark.parametrize("kind", BAD_BASKETS)
def test_a_basket_that_is_none_is_refused(shop: Site, kind: str) -> None:
    with shop.nothing_happens():
        answer = buy(shop, basket(items=BAD_BASKETS[kind]))

    assert outcome(answer) == INVALID
    assert refused(answer).fields == {"items": "invalid"}


def test_an_order_that_does_not_exist_is_not_found(shop: Site) -> None:
    with shop.nothing_happens():
        answer = refused(buy(shop, {"orderId": str(uuid.uuid4())}))

    assert (answer.http_status, answer.status, answer.code) == (404, "NOT_FOUND", "order_not_found")


def test_another_persons_order_is_not_paid_by_a_stranger(shop: Site) -> None:
    order = ordered(shop)

    with shop.nothing_happens():
        answer = refused(buy(shop, {"orderId": order}, by=STRANGER))

    assert (answer.http_status, answer.status, answer.code) == (403, "PERMISSION_DENIED", "order_not_yours")
