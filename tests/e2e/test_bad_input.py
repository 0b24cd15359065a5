"""What a callable is sent and does not take: every wrong field is named, and nothing has happened."""

from __future__ import annotations

from typing import Any

import pytest

from payments.endpoints.callables import CALLABLES
from tests.e2e.answers import INVALID, outcome, refused
from tests.e2e.http_site import Site
from tests.integration.deployment import PAYER
from tests.integration.ticket_steps import issued

pytestmark = pytest.mark.xdist_group("functions")

every_callable = pytest.mark.parametrize("function", CALLABLES)

BAD_IDS = {
    "a slash": "sessions/other",
    "half a character": "\ud800",
    "a map": {"id": "abc"},
}
BAD_AMOUNTS = {
    "negative": -5000,
    "text": "5000",
    "a wrapped 2**63": {"@type": "type.googleapis.com/google.protobuf.Int64Value", "value": str(2**63)},
}
BAD_DATA: dict[str, Any] = {"nothing": None, "empty": {}, "a list": [{}]}


def missing_of(function: str) -> dict[str, str]:
    """What is said to somebody who sends no field at all."""
    command = CALLABLES[function]
    return {name: "missing" for name, field in command.fields.items() if field.is_required} or command.check({})


@every_callable
def test_data_without_fields_is_answered_with_all_that_are_missing(site: Site, function: str) -> None:
    with site.nothing_happens():
        answers = {name: site.call(function, data) for name, data in BAD_DATA.items()}

    assert {name: outcome(answer) for name, answer in answers.items()} == dict.fromkeys(BAD_DATA, INVALID)
    assert all(refused(answer).fields == missing_of(function) for answer in answers.values())


@every_callable
def test_every_field_that_is_wrong_is_named_at_once(site: Site, function: str) -> None:
    shape = CALLABLES[function].fields
    wrong = {name: {"a": "map"} for name in shape}

    with site.nothing_happens():
        answer = refused(site.call(function, {**wrong, "amout": 5000, "userId": PAYER}))

    assert answer.fields == {**dict.fromkeys(shape, "invalid"), "amout": "unknown", "userId": "unknown"}
    assert all(name in answer.message for name in answer.fields)


def test_an_id_that_is_none_is_refused(site: Site) -> None:
    around = site.new_session()

    with site.nothing_happens():
        answers = {
            name: site.call("createPaymentIntent", {**around, "sessionId": value}) for name, value in BAD_IDS.items()
        }

    assert {name: outcome(answer) for name, answer in answers.items()} == dict.fromkeys(BAD_IDS, INVALID)
    assert all(refused(answer).fields == {"sessionId": "invalid"} for answer in answers.values())


def test_an_amount_that_is_none_is_refused(site: Site) -> None:
    with site.nothing_happens():
        answers = {
            name: site.call("createPaymentIntent", site.new_session(amount=amount))
            for name, amount in BAD_AMOUNTS.items()
        }

    assert {name: outcome(answer) for name, answer in answers.items()} == dict.fromkeys(BAD_AMOUNTS, INVALID)
    assert all(refused(answer).fields == {"amount": "invalid"} for answer in answers.values())


def test_an_amount_that_is_not_the_price_is_answered_with_the_price(site: Site) -> None:
    with site.nothing_happens():
        answer = refused(site.call("createPaymentIntent", site.new_session(amount=4999)))

    assert (answer.http_status, answer.status) == (400, "FAILED_PRECONDITION")
    assert answer.details == {"code": "price_changed", "amount": 5000, "currency": "jpy"}


@pytest.mark.parametrize("consultant", ["nobody", "resting", PAYER])
@pytest.mark.parametrize("function", ["createPaymentIntent", "redeemTicket"])
def test_a_consultant_who_is_not_there_is_unavailable(site: Site, function: str, consultant: str) -> None:
    """One who does not exist, one who is not active, and oneself."""
    site.db.document("consultants/resting").set({"displayName": "休み", "active": False})
    site.db.document(f"consultants/{PAYER}").set({"displayName": "自分", "active": True})

    issued(site.deployment)
    asked = {"createPaymentIntent": site.new_session, "redeemTicket": site.ticket}[function](consultantId=consultant)

    with site.nothing_happens():
        answer = refused(site.call(function, asked))

    assert (answer.http_status, answer.code) == (400, "consultant_unavailable")


def test_a_large_integer_as_mobile_sdks_wrap_it_is_taken(site: Site) -> None:
    wrapped = {"@type": "type.googleapis.com/google.protobuf.Int64Value", "value": "5000"}

    answer = site.call("createPaymentIntent", site.new_session(amount=wrapped))

    assert answer.json()["result"]["amount"] == 5000
