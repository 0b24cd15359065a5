"""What `createCheckoutSession` is sent and does not take, over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.e2e.answers import INVALID, UNAUTHENTICATED, outcome, refused
from tests.e2e.http_site import Data, Site
from tests.e2e.order_steps import basket, buy, on_sale, ordered
from tests.e2e.test_bad_input import BAD_IDS
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


@pytest.mark.parametrize("field", ["sellerId", "orderId"])
def test_an_id_that_is_none_is_refused(shop: Site, field: str) -> None:
    around = basket() if field == "sellerId" else {}

    with shop.nothing_happens():
        answers = {name: buy(shop, {**around, field: value}) for name, value in BAD_IDS.items()}

    assert {name: outcome(answer) for name, answer in answers.items()} == dict.fromkeys(BAD_IDS, INVALID)
    assert all(refused(answer).fields == {field: "invalid"} for answer in answers.values())


@pytest.mark.parametrize(
    ("changes", "product"),
    [({"active": False}, "gone"), ({"seller_id": "another"}, "theirs"), ({"currency": "usd"}, "foreign")],
)
def test_what_this_seller_does_not_sell_is_named(shop: Site, changes: Data, product: str) -> None:
    """Not on sale, somebody else's, in another currency than the rest, or not there at all."""
    on_sale(shop, product, **changes)

    with shop.nothing_happens():
        answer = refused(buy(shop, basket("sheet", product, "nothing")))

    assert (answer.http_status, answer.code) == (400, "product_unavailable")
    assert answer.details["products"] == f"{product}, nothing"


@pytest.mark.parametrize("amount", [1, 49, 100_000_000])
def test_a_total_that_stripe_would_not_take_is_refused(shop: Site, amount: int) -> None:
    """In yen 50 at least, and eight digits at most."""
    on_sale(shop, "sheet", amount=amount)

    with shop.nothing_happens():
        answer = refused(buy(shop, basket()))

    assert answer.fields == {"items": "invalid"}


def test_an_order_that_does_not_exist_is_not_found(shop: Site) -> None:
    with shop.nothing_happens():
        answer = refused(buy(shop, {"orderId": str(uuid.uuid4())}))

    assert (answer.http_status, answer.status, answer.code) == (404, "NOT_FOUND", "order_not_found")


def test_another_persons_order_is_not_paid_by_a_stranger(shop: Site) -> None:
    order = ordered(shop)

    with shop.nothing_happens():
        answer = refused(buy(shop, {"orderId": order}, by=STRANGER))

    assert (answer.http_status, answer.status, answer.code) == (403, "PERMISSION_DENIED", "order_not_yours")


@pytest.mark.parametrize("data", [basket(), {"orderId": "abc"}, {}], ids=["a basket", "an order", "nothing"])
def test_somebody_who_is_not_signed_in_buys_nothing(shop: Site, data: Data) -> None:
    with shop.nothing_happens():
        answer = buy(shop, data, by=None)

    assert outcome(answer) == UNAUTHENTICATED
