"""The Checkout Sessions API: what is created, read, listed and expired, and what is refused."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any
from unittest.mock import ANY

import pytest
import stripe

from support.checkout import CANCEL_URL, ORDER, SUCCESS_URL, a_line, a_session, session_of
from support.payments import Api, all_events

if TYPE_CHECKING:
    from stripe_emulator import StripeControl

MINUTE, HOUR = 60, 3600


def refusal(api: Api, **changes: Any) -> stripe.InvalidRequestError:
    """The error that a create ends with."""
    with pytest.raises(stripe.InvalidRequestError) as refused:
        a_session(api, **changes)
    return refused.value


def test_a_new_session_is_open_unpaid_and_has_no_payment_intent_yet(stripe_api: Api) -> None:
    session = a_session(stripe_api)

    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    assert (session.mode, session.amount_total, session.currency) == ("payment", 5000, "jpy")
    assert (session.client_reference_id, session.success_url, session.cancel_url) == ("o1", SUCCESS_URL, CANCEL_URL)
    assert session.metadata
    assert session.metadata.to_dict() == {"orderId": "o1"}
    assert session.payment_method_types == ["card"]
    assert session.url
    assert session.expires_at - session.created == 24 * HOUR


def test_the_total_is_that_of_all_lines_which_are_paged_and_can_be_expanded(stripe_api: Api) -> None:
    session = a_session(stripe_api, line_items=[a_line(300, 3), a_line(1000, 1, name="Tea")])

    page = stripe_api.v1.checkout.sessions.line_items.list(session.id, {"limit": 1})
    whole = stripe_api.v1.checkout.sessions.line_items.list(session.id, {"limit": 2})
    read = stripe_api.v1.checkout.sessions.retrieve(session.id, {"expand": ["line_items"]})

    assert session.amount_total == 1900
    assert "line_items" not in session
    assert (len(page.data), page.has_more, whole.has_more) == (1, True, False)
    assert page.data[0].price
    assert page.data[0].price.unit_amount == 300
    assert read.line_items
    lines = [(line.description, line.quantity, line.amount_total) for line in read.line_items.data]
    assert lines == [("煎茶", 3, 900), ("Tea", 1, 1000)]


def test_a_session_ends_when_it_was_asked_to(stripe_api: Api) -> None:
    wanted = int(time.time()) + 40 * MINUTE

    assert a_session(stripe_api, expires_at=wanted).expires_at == wanted


@pytest.mark.parametrize("seconds", [29 * MINUTE, 24 * HOUR + 5 * MINUTE])
def test_a_session_lasts_from_30_minutes_to_24_hours(stripe_api: Api, seconds: int) -> None:
    error = refusal(stripe_api, expires_at=int(time.time()) + seconds)

    assert error.http_status == 400
    assert "expires_at" in str(error.user_message)


def test_an_expired_session_has_no_page_and_can_not_be_expired_again(stripe_api: Api) -> None:
    session = a_session(stripe_api)

    expired = stripe_api.v1.checkout.sessions.expire(session.id)
    with pytest.raises(stripe.InvalidRequestError) as again:
        stripe_api.v1.checkout.sessions.expire(session.id)

    assert (expired.status, expired.payment_status, expired.url) == ("expired", "unpaid", None)
    assert again.value.http_status == 400


def test_an_unknown_session_is_not_found(stripe_api: Api) -> None:
    with pytest.raises(stripe.InvalidRequestError) as missing:
        stripe_api.v1.checkout.sessions.retrieve("cs_test_nobody")

    assert (missing.value.http_status, missing.value.code) == (404, "resource_missing")


def test_a_repeated_create_answers_the_first_session(stripe_api: Api) -> None:
    key: stripe.RequestOptions = {"idempotency_key": uuid.uuid4().hex}

    first, again = (stripe_api.v1.checkout.sessions.create({**ORDER}, key) for _ in range(2))  # type: ignore[arg-type]

    assert first.id == again.id


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"line_items": [{"price_data": a_line()["price_data"]}]}, ANY),
        ({"line_items": [a_line(-1, 1)]}, "line_items[0][price_data][unit_amount]"),
        ({"line_items": [a_line(currency="zzz")]}, "line_items[0][price_data][currency]"),
        ({"success_url": "not a url"}, "success_url"),
        ({"customer_email": "nobody"}, "customer_email"),
        ({"locale": "tlh"}, "locale"),
        ({"mode": "gift"}, "mode"),
        ({"payment_method_types": ["card"]}, "payment_method_types"),
        ({"unheard_of": "1"}, "unheard_of"),
    ],
)
def test_a_wrong_parameter_is_named(stripe_api: Api, changes: Any, param: str) -> None:
    error = refusal(stripe_api, **changes)

    assert (error.http_status, error.param) == (400, param)


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"line_items": [a_line(49, 1)]}, "amount_too_small", ANY),
        ({"line_items": [a_line(100_000_000, 1)]}, "amount_too_large", ANY),
        ({"mode": None}, ANY, "mode"),
        ({"success_url": None}, ANY, "success_url"),
        ({"line_items": None}, ANY, "line_items"),
        ({"line_items": [a_line(quantity=0)]}, ANY, "line_items[0][quantity]"),
        ({"line_items": [a_line(name="")]}, ANY, "line_items[0][price_data][product_data][name]"),
        ({"line_items": [{"quantity": 1}]}, ANY, "line_items[0][price_data]"),
        ({"line_items": [a_line(), a_line(currency="usd")]}, ANY, "line_items"),
        ({"line_items": [a_line()] * 101}, ANY, "line_items"),
        ({"client_reference_id": "x" * 201}, ANY, "client_reference_id"),
        ({"payment_intent_data": {"metadata": {"x" * 41: "1"}}}, ANY, "payment_intent_data[metadata]"),
        ({"allowed_payment_method_types": ["paypay"]}, ANY, "allowed_payment_method_types"),
        ({"mode": "setup"}, "emulator_unsupported_parameter", ANY),
        ({"customer_creation": "always"}, "emulator_unsupported_parameter", ANY),
        ({"payment_intent_data": {"application_fee_amount": 1}}, "emulator_unsupported_parameter", ANY),
    ],
)
def test_what_can_not_be_sold_is_refused(stripe_client: Api, changes: Any, code: str, param: str) -> None:
    """What the emulator does not model is refused too, and never ignored."""
    error = refusal(stripe_client, **changes)

    assert (error.code, error.param) == (code, param)


@pytest.mark.parametrize(
    ("changes", "types"),
    [
        ({}, ["card", "konbini"]),
        ({"allowed_payment_method_types": ["card"]}, ["card"]),
        ({"excluded_payment_method_types": ["konbini"]}, ["card"]),
        ({"line_items": [a_line(currency="usd")]}, ["card"]),
        ({"line_items": [a_line(100, 1)]}, ["card"]),
        ({"payment_intent_data": {"capture_method": "manual"}}, ["card"]),
    ],
)
def test_the_payment_methods_are_those_of_the_account_that_fit_and_are_allowed(
    stripe_client: Api, stripe_control: StripeControl, changes: Any, types: list[str]
) -> None:
    params = {"allowed_payment_method_types": None, **changes}

    with_konbini = a_session(stripe_client, **params).payment_method_types
    stripe_control.settings(konbini=False)
    without = a_session(stripe_client, **params).payment_method_types

    assert (with_konbini, without) == (types, ["card"])


def test_sessions_are_listed_by_payment_intent_and_status_which_can_be_expanded(
    stripe_client: Api, stripe_control: StripeControl
) -> None:
    sessions = stripe_client.v1.checkout.sessions
    paid, other = a_session(stripe_client), a_session(stripe_client)
    intent = stripe_control.pay_checkout(paid.id)["payment_intent"]

    asked: list[Any] = [{"payment_intent": intent}, {"status": "open"}, {}]
    found = [[each.id for each in sessions.list(params).data] for params in asked]
    read = sessions.retrieve(paid.id, {"expand": ["payment_intent.latest_charge"]})

    assert found == [[paid.id], [other.id], [other.id, paid.id]]
    assert isinstance(read.payment_intent, stripe.PaymentIntent)
    assert isinstance(read.payment_intent.latest_charge, stripe.Charge)


def test_a_session_that_nobody_pays_expires_by_the_clock(stripe_client: Api, stripe_control: StripeControl) -> None:
    """TC-007"""
    session = a_session(stripe_client)

    stripe_control.advance_clock(24 * HOUR - 10)
    before = session_of(stripe_client, session).status
    stripe_control.advance_clock(20)

    after = session_of(stripe_client, session)
    assert (before, after.status, after.payment_intent) == ("open", "expired", None)
    assert all_events(stripe_client) == ["checkout.session.expired"]
