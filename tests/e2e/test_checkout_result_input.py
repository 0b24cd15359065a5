"""What `/api/checkout/result` is asked and does not take, over HTTP (C-03)."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import requests

from tests.e2e.answers import refused, secrets_in
from tests.e2e.http_site import ENGLISH, Data, Site
from tests.e2e.order_steps import SELLER, buy, ordered
from tests.integration.deployment import PAYER

pytestmark = pytest.mark.xdist_group("functions")


def asked(site: Site, query: Any = None, method: str = "GET", **headers: str) -> requests.Response:
    return site.functions.send("checkoutResult", method, params=query, headers=headers)


def error_of(answer: requests.Response) -> Data:
    body = answer.json()
    assert body.keys() == {"error"}
    error: Data = body["error"]
    return error


def test_the_result_of_an_order_is_answered_to_whoever_knows_its_id(shop: Site) -> None:
    """The good case that the others depart from (C-03): nothing personal, and never kept by anybody on the way."""
    order = ordered(shop)

    answer = asked(shop, {"orderId": order})

    assert answer.status_code == 200
    assert answer.json() == {
        "isPaid": False,
        "webhookReceived": False,
        "status": "pending",
        "amount": 1200,
        "currency": "jpy",
        "sellerId": SELLER,
    }
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "application/json"
    assert PAYER not in answer.text
    assert secrets_in(answer.text) == []


BAD_QUERIES: dict[str, tuple[Any, dict[str, str]]] = {
    "nothing": (None, {"orderId": "missing"}),
    "something beside": ({"orderId": "abc", "userId": PAYER}, {"userId": "unknown"}),
    "twice": ([("orderId", "abc"), ("orderId", "def")], {"orderId": "invalid"}),
    "confirm twice": ([("orderId", "abc"), ("confirm", "1"), ("confirm", "1")], {"confirm": "invalid"}),
    "markup": ({"orderId": "<script>alert(1)</script>"}, {"orderId": "invalid"}),
    "half a character": ("orderId=%ED%A0%80", {"orderId": "invalid"}),
    "not UTF-8": ("orderId=%FF%FE", {"orderId": "invalid"}),
}


@pytest.mark.parametrize("kind", BAD_QUERIES)
def test_a_query_that_is_none_is_refused_and_every_wrong_parameter_is_named(shop: Site, kind: str) -> None:
    query, fields = BAD_QUERIES[kind]

    with shop.nothing_happens():
        answer = asked(shop, query)

    error = error_of(answer)
    assert (answer.status_code, error["code"], error["fields"]) == (400, "invalid_argument", fields)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "<script>" not in answer.text


def test_the_result_of_an_order_that_does_not_exist_is_not_found(shop: Site) -> None:
    with shop.nothing_happens():
        answers = [asked(shop, {"orderId": str(uuid.uuid4())}, **headers) for headers in ({}, ENGLISH)]

    assert [(answer.status_code, error_of(answer)["code"]) for answer in answers] == [(404, "order_not_found")] * 2
    assert not answers[0].json()["error"]["message"].isascii()
    assert answers[1].json()["error"]["message"].isascii()
    assert all(answer.headers["Cache-Control"] == "no-store" for answer in answers)


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_the_result_is_only_asked_for(shop: Site, method: str) -> None:
    order = ordered(shop)

    with shop.nothing_happens():
        answer = asked(shop, {"orderId": order, "confirm": "1"}, method)

    assert answer.status_code == 405
    assert answer.headers.get("Cache-Control", "no-store") == "no-store"


def test_asking_stripe_is_limited_for_each_order(shop: Site) -> None:
    """Who has used it up is told when to come back, and still learns what is on record."""
    order = ordered(shop)

    answers = [asked(shop, {"orderId": order, "confirm": "1"}) for _ in range(21)]

    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    error = error_of(answers[-1])
    assert error["code"] == "too_many_attempts"
    assert 0 < error["retryAfterSeconds"] <= 3600
    assert asked(shop, {"orderId": order}).status_code == 200


@pytest.mark.parametrize("headers", [{}, ENGLISH], ids=["ja", "en"])
def test_a_failure_nobody_foresaw_is_answered_with_the_id_it_is_logged_under(
    shop: Site, headers: dict[str, str]
) -> None:
    """Here somebody has changed an order by hand to what no code of ours writes."""
    order = ordered(shop)
    shop.db.document(f"orders/{order}").update({"amount": "a secret of theirs"})

    with shop.nothing_happens():
        called, looked = buy(shop, {"orderId": order}, **headers), asked(shop, {"orderId": order}, **headers)

    answer, error = refused(called), error_of(looked)
    assert (answer.http_status, answer.code, looked.status_code, error["code"]) == (500, "internal", 500, "internal")
    for function, known in (("createCheckoutSession", answer.details), ("checkoutResult", error)):
        assert f'"correlationId": "{known["correlationId"]}"' in shop.functions.log(function)
        assert "a secret of theirs" not in shop.functions.log(function)
    assert error.keys() == {"code", "message", "correlationId"}
