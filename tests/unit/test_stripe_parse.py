"""Stripe's JSON in our own types (design 8): an event, or not one; never a guess, and never another failure."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
import stripe
from hypothesis import given, settings
from hypothesis import strategies as st

from payments.adapters.stripe_parse import INTENT_STATUSES, payment_intent_snapshot, read_event
from payments.stripe_model.events import BadWebhook, Event
from payments.stripe_model.snapshots import ChargeSnapshot, IntentStatus, PaymentIntentSnapshot
from tests.unit.strategies import JSON, TEXTS

AT = 1_767_614_400
INTENT = {
    "object": "payment_intent",
    "id": "pi_1",
    "status": "requires_capture",
    "amount": 5000,
    "currency": "jpy",
    "capture_method": "manual",
    "amount_received": 0,
    "created": AT - 60,
    "metadata": {"sessionId": "s1", "userId": "payer", "consultantId": "consultant", "attempt": "2"},
    "latest_charge": "ch_1",
    "client_secret": "pi_1_secret_x",
}
CHARGE = {
    "object": "charge",
    "id": "ch_1",
    "payment_intent": "pi_1",
    "captured": False,
    "metadata": {"sessionId": "s1"},
    "payment_method_details": {"card": {"capture_before": AT + 600}},
}


def body(about: Any = None, **changes: Any) -> dict[str, Any]:
    """A webhook's JSON."""
    envelope = {"id": "evt_1", "type": "payment_intent.succeeded", "created": AT, "livemode": False}
    return {**envelope, "data": {"object": INTENT if about is None else about}, **changes}


def a_note(**changes: Any) -> ChargeSnapshot:
    """What the product keeps of a charge."""
    given: dict[str, Any] = {"intent_id": "pi_1", "session_id": "s1", "order_id": "", "is_captured": False}
    return ChargeSnapshot(**{**given, "capture_before": None, **changes})


def utc(unix: int) -> datetime:
    return datetime.fromtimestamp(unix, UTC)


@pytest.mark.parametrize("app", ["", "paid-chat"])
def test_the_deployment_that_made_it_is_read_from_the_metadata(app: str) -> None:
    """What was made before deployments named themselves names none."""
    metadata = {"sessionId": "s1", **({"app": app} if app else {})}

    assert payment_intent_snapshot({**INTENT, "metadata": metadata}, utc(AT)).app == app


def test_an_event_about_a_payment_intent_shows_it_at_the_events_own_time() -> None:
    """Not at the time of its arrival, which may be days later."""
    read = read_event(body())

    assert (read.id, read.type, read.at, read.livemode) == ("evt_1", "payment_intent.succeeded", utc(AT), False)
    assert isinstance(read.about, PaymentIntentSnapshot)
    assert (read.about.at, read.about.status, read.about.amount, read.about.manual) == (
        utc(AT),
        IntentStatus.AUTHORIZED,
        5000,
        True,
    )
    assert (read.about.session_id, read.about.user_id, read.about.attempt) == ("s1", "payer", 2)


def test_an_event_about_a_charge_says_until_when_it_can_be_captured() -> None:
    about = read_event(body(CHARGE)).about

    assert about == a_note(capture_before=utc(AT + 600))


@pytest.mark.parametrize("thing", [{"object": "refund"}, {"object": "dispute"}, {"object": "thing_of_next_year"}])
def test_an_event_about_money_that_went_back_names_its_payment_intent(thing: dict[str, str]) -> None:
    assert read_event(body({**thing, "payment_intent": "pi_1"})).about == "pi_1"


def test_an_event_about_nothing_of_ours_is_about_nothing() -> None:
    """A shop on the same account has charges without a PaymentIntent."""
    assert read_event(body({**CHARGE, "payment_intent": None})).about is None
    assert read_event(body({"object": "customer", "id": "cus_1"})).about is None


def test_a_connected_accounts_event_is_known_as_such() -> None:
    assert read_event(body(account="acct_2")).is_another_accounts
    assert not read_event(body()).is_another_accounts


def test_every_status_of_the_api_is_decided() -> None:
    """The SDK lists them: a new one has to be decided here before the SDK is upgraded."""
    hint = stripe.PaymentIntent.__annotations__["status"]
    literals = set(get_args(get_args(hint)[0])) if not isinstance(hint, str) else set()

    assert set(INTENT_STATUSES) == (literals or STATUS_LIST)


#: As the API documents them; used where the SDK keeps its annotations as text.
STATUS_LIST = {
    "requires_payment_method",
    "requires_confirmation",
    "requires_action",
    "processing",
    "requires_capture",
    "succeeded",
    "canceled",
}


@pytest.mark.parametrize("status", ["requires_reauthorization", "expired", "", "REQUIRES_CAPTURE"])
def test_an_unknown_status_is_read_again_later(status: str) -> None:
    """Stripe's own texts name internal statuses. Never an end, never a guess."""
    assert payment_intent_snapshot({**INTENT, "status": status}, utc(AT)).status is IntentStatus.UNKNOWN


@pytest.mark.parametrize("attempt", ["", "-1", "1.0", "１", "1" * 10, "two", " 1"])
def test_an_attempt_that_is_not_ours_is_none(attempt: str) -> None:
    assert payment_intent_snapshot({**INTENT, "metadata": {"attempt": attempt}}, utc(AT)).attempt == 0


@pytest.mark.parametrize("session_id", ["a/b", "..", "__x__", "", "x" * 200, "s\n"])
def test_metadata_of_others_never_names_a_document(session_id: str) -> None:
    """Metadata may be anybody's: a path in it must not reach Firestore."""
    metadata = {"sessionId": session_id}

    assert payment_intent_snapshot({**INTENT, "metadata": metadata}, utc(AT)).session_id == ""
    assert read_event(body({**CHARGE, "metadata": metadata})).about == a_note(
        session_id="", capture_before=utc(AT + 600)
    )


def test_a_payment_intent_without_metadata_is_nobodys() -> None:
    seen = payment_intent_snapshot({**INTENT, "metadata": None}, utc(AT))

    assert (seen.session_id, seen.user_id, seen.attempt) == ("", "", 0)


def test_an_expanded_charge_tells_when_it_was_authorized_and_until_when() -> None:
    """H-11: 72 hours count from the authorization, not from the PaymentIntent."""
    seen = payment_intent_snapshot({**INTENT, "latest_charge": {**CHARGE, "created": AT - 5}}, utc(AT))

    assert (seen.authorized_at, seen.capture_before) == (utc(AT - 5), utc(AT + 600))
    assert payment_intent_snapshot(INTENT, utc(AT)).authorized_at is None


def test_the_client_secret_is_not_shown_in_a_log() -> None:
    assert "secret_x" not in repr(payment_intent_snapshot(INTENT, utc(AT)))


@given(JSON)
@settings(max_examples=60)
def test_any_json_is_an_event_or_refused(anything: Any) -> None:
    read_or_refuse(anything)


def read_or_refuse(anything: Any) -> Event | None:
    try:
        read = read_event(anything)
    except BadWebhook:
        return None
    assert isinstance(read, Event)
    return read


ODD = JSON | st.sampled_from([10**17, -(10**17), 10**400, 2**63, float("inf"), "pi_1", "a/b"])


@given(st.sampled_from([INTENT, CHARGE]), st.data())
@settings(max_examples=150)
def test_an_event_with_anything_in_any_of_its_fields_is_an_event_or_refused(
    thing: dict[str, Any], data: st.DataObject
) -> None:
    """Signed by Stripe or by somebody with a stolen secret: it is never a crash."""
    spoilt = dict(thing)
    for name in data.draw(st.lists(st.sampled_from(sorted(thing)), max_size=2)):
        spoilt[name] = data.draw(ODD)
    envelope = body(spoilt)
    for name in data.draw(st.lists(st.sampled_from(sorted(envelope)), max_size=1)):
        envelope[name] = data.draw(ODD)

    read = read_or_refuse(envelope)

    if read is not None:
        assert type(read.id) is str
        assert type(read.type) is str
        assert read.at.tzinfo is UTC


@pytest.mark.parametrize("unix", [10**17, -(10**17), 2**63, 10**400, float("inf"), "1", None])
@pytest.mark.parametrize("where", ["created", "intent", "charge"])
def test_a_time_that_is_none_is_refused(unix: Any, where: str) -> None:
    bodies = {
        "created": body(created=unix),
        "intent": body({**INTENT, "created": unix}),
        "charge": body({**CHARGE, "payment_method_details": {"card": {"capture_before": unix}}}),
    }
    if where == "charge" and unix is None:
        assert read_event(bodies[where]).about == a_note(capture_before=None)
        return

    with pytest.raises(BadWebhook):
        read_event(bodies[where])


WRONGLY_TYPED = [
    {"amount": "5000"},
    {"amount": 5000.5},
    {"amount": None},
    {"amount": True},
    {"amount_received": "5000"},
    {"currency": 392},
    {"currency": None},
    {"metadata": {"userId": 5, "sessionId": "s1", "attempt": "1"}},
    {"metadata": {"sessionId": "s1", "consultantId": None, "attempt": "1"}},
    {"metadata": {"sessionId": 5}},
    {"metadata": "s1"},
    {"last_payment_error": {"code": 5}},
]


@pytest.mark.parametrize("wrong", WRONGLY_TYPED, ids=json.dumps)
def test_an_event_never_holds_wrongly_typed_money(wrong: dict[str, Any]) -> None:
    """What is read here is written as it is: a hold with an amount of "5000" could never be read again."""
    with pytest.raises(BadWebhook):
        read_event(body({**INTENT, **wrong}))


@given(TEXTS)
def test_a_payment_intents_id_is_a_document_id_or_the_event_is_refused(identifier: str) -> None:
    read = read_or_refuse(body({**INTENT, "id": f"pi/{identifier}"}))

    assert read is None
