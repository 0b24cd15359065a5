"""A Checkout Session as our own type, and the events about it; odd shapes are refused, others' are not ours."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payments.adapters.stripe_parse import CHECKOUT_STATUSES, checkout_session, payment_intent_snapshot, read_event
from payments.stripe_model.events import BadWebhook
from payments.stripe_model.snapshots import ChargeSnapshot, CheckoutStatus
from tests.unit.shop import a_page, a_paid_page
from tests.unit.strategies import JSON

AT = 1_790_000_000
SESSION: dict[str, Any] = {
    "id": "cs_test_a1B2",
    "object": "checkout.session",
    "mode": "payment",
    "status": "open",
    "payment_status": "unpaid",
    "payment_intent": None,
    "amount_total": 5000,
    "currency": "jpy",
    "expires_at": AT,
    "url": "https://checkout.example/c/pay/cs_test_a1B2",
    "metadata": {"orderId": "o1", "sellerId": "seller", "userId": "buyer", "attempt": "1"},
}
EXPIRY = datetime.fromtimestamp(AT, UTC)


def body(about: Any, kind: str = "checkout.session.completed") -> dict[str, Any]:
    """A webhook's JSON."""
    return {"id": "evt_1", "type": kind, "created": AT, "livemode": False, "data": {"object": about}}


def test_an_open_session_is_a_page_with_its_address() -> None:
    assert checkout_session(SESSION) == a_page(
        id="cs_test_a1B2", expires_at=EXPIRY, url="https://checkout.example/c/pay/cs_test_a1B2"
    )


@pytest.mark.parametrize("intent", ["pi_1", {"id": "pi_1", "object": "payment_intent", "status": "succeeded"}])
def test_a_completed_session_is_a_paid_page_whether_its_payment_intent_is_expanded_or_not(intent: Any) -> None:
    complete = {**SESSION, "status": "complete", "payment_status": "paid", "payment_intent": intent, "url": None}

    assert checkout_session(complete) == a_paid_page(id="cs_test_a1B2", expires_at=EXPIRY)


def test_what_was_paid_is_in_the_orders_currency_though_the_buyer_paid_in_another() -> None:
    """Adaptive Pricing: `presentment_details` tells what the buyer saw, and changes nothing of the order's money."""
    seen = {"presentment_details": {"presentment_amount": 3312, "presentment_currency": "usd"}}
    intent = {"id": "pi_1", "object": "payment_intent", "status": "succeeded", "currency": "jpy", **seen}
    complete = {
        **SESSION,
        "status": "complete",
        "payment_status": "paid",
        "payment_intent": intent,
        "url": None,
        **seen,
    }

    received = checkout_session(complete).received

    assert received is not None
    assert (received.amount, received.currency) == (5000, "jpy")


@pytest.mark.parametrize("payment_status", ["unpaid", "no_payment_required", "a_status_of_next_year"])
def test_only_a_paid_order_is_answered_as_paid(payment_status: str) -> None:
    complete = {**SESSION, "status": "complete", "payment_status": payment_status, "payment_intent": "pi_1"}

    assert (checkout_session(complete).is_paid, checkout_session(complete).received) == (False, None)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("open", CheckoutStatus.OPEN),
        ("complete", CheckoutStatus.COMPLETE),
        ("expired", CheckoutStatus.EXPIRED),
        ("a_status_of_next_year", CheckoutStatus.UNKNOWN),
        (None, CheckoutStatus.UNKNOWN),
    ],
)
def test_every_status_has_its_meaning_and_a_new_one_is_no_guess(status: Any, state: CheckoutStatus) -> None:
    assert checkout_session({**SESSION, "status": status}).status is state
    assert set(CHECKOUT_STATUSES.values()) | {CheckoutStatus.UNKNOWN} == set(CheckoutStatus)


def test_the_address_of_a_page_stands_in_no_log() -> None:
    """Whoever has it can pay, and sees what was bought."""
    assert "https" not in repr(checkout_session(SESSION))


@pytest.mark.parametrize(
    "metadata", [{}, None, {"orderId": ""}, {"orderId": "a/b"}, {"orderId": "__x__"}, {"orderId": "x" * 129}]
)
def test_metadata_of_others_names_no_order(metadata: Any) -> None:
    """Firestore would raise, or read another document: such a session is another app's."""
    assert checkout_session({**SESSION, "metadata": metadata}).order_id == ""


@pytest.mark.parametrize("app", ["", "paid-chat"])
def test_the_deployment_that_made_it_is_read_from_the_metadata(app: str) -> None:
    """What was made before deployments named themselves names none."""
    metadata = {**SESSION["metadata"], **({"app": app} if app else {})}

    assert checkout_session({**SESSION, "metadata": metadata}).app == app


@pytest.mark.parametrize("mode", ["subscription", "setup", None])
def test_an_event_about_a_session_of_another_mode_is_about_nothing_of_ours(mode: Any) -> None:
    """Those have no total, or no currency: they are no odd payments."""
    others = {**SESSION, "mode": mode, "amount_total": None, "currency": None}

    assert read_event(body(others)).about is None


def test_an_event_shows_the_page_as_it_was() -> None:
    told = read_event(body({**SESSION, "status": "expired", "url": None}, "checkout.session.expired"))

    assert told.about == a_page(CheckoutStatus.EXPIRED, id="cs_test_a1B2", expires_at=EXPIRY)
    assert told.type == "checkout.session.expired"


ODD: dict[str, dict[str, Any]] = {
    "no id": {"id": None},
    "a path for an id": {"id": "a/b"},
    "a number for an id": {"id": 5},
    "no total": {"amount_total": None},
    "a text for a total": {"amount_total": "5000"},
    "half a yen": {"amount_total": 5000.5},
    "a truth for a total": {"amount_total": True},
    "no currency": {"currency": None},
    "a number for a currency": {"currency": 392},
    "a number for a PaymentIntent": {"payment_intent": 5},
    "a path for a PaymentIntent": {"payment_intent": "a/b"},
    "a PaymentIntent without an id": {"payment_intent": {"object": "payment_intent"}},
    "a list for metadata": {"metadata": ["o1"]},
    "a number for an order": {"metadata": {"orderId": 5}},
    "a text for a time": {"expires_at": "soon"},
    "a time that is none": {"expires_at": 10**17},
    "a number for an address": {"url": 5},
    "a list for a status": {"status": ["open"]},
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_a_session_of_an_odd_shape_is_no_event_of_stripes(odd: dict[str, Any]) -> None:
    with pytest.raises(BadWebhook):
        read_event(body({**SESSION, **odd}))


@pytest.mark.parametrize("name", ["id", "payment_status", "amount_total", "currency"])
def test_a_session_that_lacks_what_money_rests_on_is_refused(name: str) -> None:
    lacking = {key: value for key, value in SESSION.items() if key != name}

    with pytest.raises(BadWebhook):
        read_event(body(lacking))


@given(st.dictionaries(st.sampled_from([*SESSION, "payment_method"]), JSON, max_size=6))
@settings(max_examples=200)
def test_whatever_a_session_holds_it_is_read_or_refused(fields: dict[str, Any]) -> None:
    try:
        told = read_event(body({**SESSION, **fields}))
    except BadWebhook:
        return
    assert told.id == "evt_1"


def test_a_payment_intent_and_a_charge_name_their_order() -> None:
    """Stripe copies the metadata of the PaymentIntent to its charge."""
    metadata = {"orderId": "o1"}
    intent = {"id": "pi_1", "object": "payment_intent", "status": "succeeded", "amount": 5000, "currency": "jpy"}
    intent |= {"capture_method": "automatic_async", "created": AT, "amount_received": 5000, "metadata": metadata}
    charge = {"id": "ch_1", "object": "charge", "payment_intent": "pi_1", "captured": True, "metadata": metadata}

    note = read_event(body(charge, "charge.succeeded")).about

    assert payment_intent_snapshot(intent, EXPIRY).order_id == "o1"
    assert isinstance(note, ChargeSnapshot)
    assert (note.order_id, note.session_id, note.intent_id) == ("o1", "", "pi_1")
