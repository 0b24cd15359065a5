"""The Checkout Sessions API: what is created, read, listed and expired, and what is refused."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest
import stripe

from tests.contract.checkout_builders import CANCEL_URL, ORDER, SUCCESS_URL, a_line, a_session, session_of

if TYPE_CHECKING:
    from stripe_emulator import StripeControl

MINUTE, HOUR = 60, 3600


def refusal(api: stripe.StripeClient, **changes: Any) -> stripe.InvalidRequestError:
    """The error that a create ends with."""
    with pytest.raises(stripe.InvalidRequestError) as refused:
        a_session(api, **changes)
    return refused.value


def test_a_new_session_is_open_unpaid_and_has_no_payment_intent_yet(stripe_api: stripe.StripeClient) -> None:
    session = a_session(stripe_api)

    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    assert (session.mode, session.amount_total, session.currency) == ("payment", 5000, "jpy")
    assert (session.client_reference_id, session.success_url, session.cancel_url) == ("o1", SUCCESS_URL, CANCEL_URL)
    assert session.metadata
    assert session.metadata.to_dict() == {"orderId": "o1"}
    assert session.payment_method_types == ["card"]
    assert session.url
    assert session.expires_at - session.created == 24 * HOUR


def test_the_total_is_that_of_all_lines(stripe_api: stripe.StripeClient) -> None:
    session = a_session(stripe_api, line_items=[a_line(300, 3), a_line(1000, 1, name="Tea")])

    lines = stripe_api.v1.checkout.sessions.line_items.list(session.id)

    assert session.amount_total == 1900
    assert [(line.description, line.quantity, line.amount_total) for line in lines.data] == [
        ("煎茶", 3, 900),
        ("Tea", 1, 1000),
    ]
    assert lines.data[0].price
    assert lines.data[0].price.unit_amount == 300


def test_lines_are_paged_and_come_with_the_session_where_asked_for(stripe_api: stripe.StripeClient) -> None:
    session = a_session(stripe_api, line_items=[a_line(300, 1, name=f"item {number}") for number in range(3)])

    page = stripe_api.v1.checkout.sessions.line_items.list(session.id, {"limit": 2})
    read = stripe_api.v1.checkout.sessions.retrieve(session.id, {"expand": ["line_items"]})

    assert (len(page.data), page.has_more) == (2, True)
    assert read.line_items
    assert [line.description for line in read.line_items.data] == ["item 0", "item 1", "item 2"]
    assert "line_items" not in session


def test_a_session_ends_when_it_was_asked_to(stripe_api: stripe.StripeClient) -> None:
    wanted = int(time.time()) + 40 * MINUTE

    assert a_session(stripe_api, expires_at=wanted).expires_at == wanted


@pytest.mark.parametrize("seconds", [29 * MINUTE, 24 * HOUR + 5 * MINUTE])
def test_a_session_lasts_from_30_minutes_to_24_hours(stripe_api: stripe.StripeClient, seconds: int) -> None:
    error = refusal(stripe_api, expires_at=int(time.time()) + seconds)

    assert error.http_status == 400
    assert "expires_at" in str(error.user_message)


def test_an_expired_session_has_no_page_and_can_not_be_expired_again(stripe_api: stripe.StripeClient) -> None:
    session = a_session(stripe_api)

    expired = stripe_api.v1.checkout.sessions.expire(session.id)
    with pytest.raises(stripe.InvalidRequestError) as again:
        stripe_api.v1.checkout.sessions.expire(session.id)

    assert (expired.status, expired.payment_status, expired.url) == ("expired", "unpaid", None)
    assert again.value.http_status == 400


def test_an_unknown_session_is_not_found(stripe_api: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as missing:
        stripe_api.v1.checkout.sessions.retrieve("cs_test_nobody")

    assert (missing.value.http_status, missing.value.code) == (404, "resource_missing")


def test_a_repeated_create_answers_the_first_session(stripe_api: stripe.StripeClient) -> None:
    key: stripe.RequestOptions = {"idempotency_key": uuid.uuid4().hex}

    first, again = (stripe_api.v1.checkout.sessions.create({**ORDER}, key) for _ in range(2))  # type: ignore[arg-type]
    with pytest.raises(stripe.IdempotencyError):
        stripe_api.v1.checkout.sessions.create({**ORDER, "client_reference_id": "o2"}, key)  # type: ignore[arg-type]

    assert first.id == again.id


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"line_items": [{"price_data": a_line()["price_data"]}]}, None),
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
def test_a_wrong_parameter_is_named(stripe_api: stripe.StripeClient, changes: Any, param: str | None) -> None:
    error = refusal(stripe_api, **changes)

    assert error.http_status == 400
    assert param in (None, error.param)


@pytest.mark.parametrize(("amount", "code"), [(49, "amount_too_small"), (100_000_000, "amount_too_large")])
def test_the_total_has_stripes_limits(emulated_api: stripe.StripeClient, amount: int, code: str) -> None:
    assert refusal(emulated_api, line_items=[a_line(amount, 1)]).code == code


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"mode": None}, "mode"),
        ({"success_url": None}, "success_url"),
        ({"line_items": None}, "line_items"),
        ({"line_items": [a_line(quantity=0)]}, "line_items[0][quantity]"),
        ({"line_items": [a_line(name="")]}, "line_items[0][price_data][product_data][name]"),
        ({"line_items": [{"quantity": 1}]}, "line_items[0][price_data]"),
        ({"line_items": [a_line(), a_line(currency="usd")]}, "line_items"),
        ({"line_items": [a_line()] * 101}, "line_items"),
        ({"client_reference_id": "x" * 201}, "client_reference_id"),
        ({"payment_intent_data": {"metadata": {"x" * 41: "1"}}}, "payment_intent_data[metadata]"),
        ({"allowed_payment_method_types": ["paypay"]}, "allowed_payment_method_types"),
    ],
)
def test_what_can_not_be_sold_is_refused(emulated_api: stripe.StripeClient, changes: Any, param: str) -> None:
    assert refusal(emulated_api, **changes).param == param


@pytest.mark.parametrize(
    "changes",
    [
        {"mode": "setup"},
        {"ui_mode": "elements"},
        {"customer_creation": "always"},
        {"line_items": [{**a_line(), "tax_rates": ["txr_1"]}]},
        {"payment_intent_data": {"application_fee_amount": 1}},
        {"payment_method_options": {"card": {"request_multicapture": "if_available"}}},
    ],
)
def test_an_unmodelled_parameter_is_refused_and_not_ignored(emulated_api: stripe.StripeClient, changes: Any) -> None:
    assert refusal(emulated_api, **changes).code == "emulator_unsupported_parameter"


def test_the_payment_methods_are_those_of_the_account_that_fit_and_are_allowed(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl
) -> None:
    def types(**changes: Any) -> list[str]:
        return a_session(emulated_api, **{"allowed_payment_method_types": None, **changes}).payment_method_types

    manual = {"capture_method": "manual"}

    assert types() == ["card", "konbini"]
    assert types(allowed_payment_method_types=["card"]) == ["card"]
    assert types(excluded_payment_method_types=["konbini"]) == ["card"]
    assert types(line_items=[a_line(currency="usd")]) == ["card"]
    assert types(line_items=[a_line(100, 1)]) == ["card"]
    assert types(payment_intent_data=manual) == ["card"]
    stripe_control.settings(konbini=False)
    assert types() == ["card"]


def test_sessions_are_listed_by_payment_intent_and_status(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl
) -> None:
    paid, other = a_session(emulated_api), a_session(emulated_api)
    intent = stripe_control.pay_checkout(paid.id)["payment_intent"]

    by_intent = emulated_api.v1.checkout.sessions.list({"payment_intent": intent}).data
    by_status = emulated_api.v1.checkout.sessions.list({"status": "open"}).data
    everything = emulated_api.v1.checkout.sessions.list().data

    assert [each.id for each in by_intent] == [paid.id]
    assert [each.id for each in by_status] == [other.id]
    assert [each.id for each in everything] == [other.id, paid.id]


def test_the_payment_intent_of_a_session_can_be_expanded(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl
) -> None:
    session = a_session(emulated_api)
    stripe_control.pay_checkout(session.id)

    read = emulated_api.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})

    assert isinstance(read.payment_intent, stripe.PaymentIntent)
    assert isinstance(read.payment_intent.latest_charge, stripe.Charge)
    assert isinstance(session_of(emulated_api, session).payment_intent, str)


def test_a_session_that_nobody_pays_expires_by_the_clock(
    emulated_api: stripe.StripeClient, stripe_control: StripeControl
) -> None:
    """TC-007"""
    session = a_session(emulated_api)

    stripe_control.advance_clock(24 * HOUR - 10)
    before = session_of(emulated_api, session).status
    stripe_control.advance_clock(20)

    after = session_of(emulated_api, session)
    assert (before, after.status, after.payment_intent) == ("open", "expired", None)
    assert [event.type for event in emulated_api.v1.events.list().data] == ["checkout.session.expired"]
