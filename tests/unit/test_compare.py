"""What the demo calls equal: a PaymentIntent and the document that the product keeps of it."""

from __future__ import annotations

from typing import Any

import pytest

from emulators.demo.compare import compare
from payments.adapters.firestore_mapping import to_doc
from payments.adapters.stripe_parse import INTENT_STATUSES
from payments.domain.chat.records import Hold
from payments.domain.chat.states import HoldStatus
from tests.unit.builders import a_canceled_hold, a_captured_hold, a_held_hold, a_hold

METADATA = {"sessionId": "s1", "userId": "payer"}
ROWS = ["status", "amount", "captured", "session", "payer"]
EQUAL = {
    ("requires_payment_method", HoldStatus.CREATED),
    ("requires_confirmation", HoldStatus.CREATED),
    ("requires_action", HoldStatus.CREATED),
    ("requires_capture", HoldStatus.REQUIRES_CAPTURE),
    ("succeeded", HoldStatus.CAPTURED),
    ("canceled", HoldStatus.CANCELED),
}


def an_intent(**changes: Any) -> dict[str, Any]:
    """A PaymentIntent whose money is authorized, as Stripe shows it."""
    given = {"status": "requires_capture", "amount": 5000, "currency": "jpy", "amount_received": 0}
    return {**given, "metadata": METADATA, **changes}


def differing(intent: dict[str, Any], hold: dict[str, Any]) -> list[str]:
    """The names of the rows that are not equal."""
    return [row.name for row in compare(intent, hold) if not row.is_equal]


@pytest.mark.parametrize(
    ("intent", "hold"),
    [
        (an_intent(status="requires_payment_method"), a_hold()),
        (an_intent(), a_held_hold()),
        (an_intent(status="succeeded", amount_received=5000), a_captured_hold()),
        (an_intent(status="canceled"), a_canceled_hold()),
    ],
)
def test_a_payment_intent_and_its_document_are_equal_all_their_life(intent: dict[str, Any], hold: Hold) -> None:
    rows = compare(intent, to_doc(hold))

    assert [row.name for row in rows if row.is_equal] == ROWS


@pytest.mark.parametrize("at_stripe", [*INTENT_STATUSES, "a status of tomorrow"])
@pytest.mark.parametrize("in_firestore", [*HoldStatus, None])
def test_each_status_at_stripe_is_equal_to_its_own_in_firestore_alone(
    at_stripe: str, in_firestore: HoldStatus | None
) -> None:
    """A status that means nothing here is equal to nothing, not to a document without one either."""
    document = {**to_doc(a_held_hold()), "status": in_firestore}

    expected = [] if (at_stripe, in_firestore) in EQUAL else ["status"]

    assert differing(an_intent(status=at_stripe), document) == expected


@pytest.mark.parametrize(
    ("changes", "row"),
    [
        ({"amount": 5001}, "amount"),
        ({"currency": "usd"}, "amount"),
        ({"amount_received": 5000}, "captured"),
        ({"amount_received": 1}, "captured"),
        ({"metadata": {**METADATA, "sessionId": "s2"}}, "session"),
        ({"metadata": {"userId": "payer"}}, "session"),
        ({"metadata": {**METADATA, "userId": "stranger"}}, "payer"),
        ({"metadata": {"sessionId": "s1"}}, "payer"),
    ],
)
def test_what_stripe_has_otherwise_is_a_difference(changes: dict[str, Any], row: str) -> None:
    assert differing(an_intent(**changes), to_doc(a_held_hold())) == [row]


@pytest.mark.parametrize(
    ("changes", "row"),
    [
        ({"amount": 4999}, "amount"),
        ({"amount": None}, "amount"),
        ({"currency": "usd"}, "amount"),
        ({"amountCaptured": 5000}, "captured"),
        ({"sessionId": "s2"}, "session"),
        ({"sessionId": None}, "session"),
        ({"userId": "stranger"}, "payer"),
        ({"userId": None}, "payer"),
    ],
)
def test_what_firestore_has_otherwise_is_a_difference(changes: dict[str, Any], row: str) -> None:
    assert differing(an_intent(), {**to_doc(a_held_hold()), **changes}) == [row]


@pytest.mark.parametrize("recorded", [4999, 0, None])
def test_a_capture_of_which_firestore_knows_another_amount_is_a_difference(recorded: int | None) -> None:
    captured = an_intent(status="succeeded", amount_received=5000)

    assert differing(captured, to_doc(a_captured_hold(amount_captured=recorded))) == ["captured"]


def test_no_metadata_and_no_names_in_the_document_are_no_match() -> None:
    nameless = {**to_doc(a_held_hold()), "sessionId": None, "userId": None}

    assert differing(an_intent(metadata={}), nameless) == ["session", "payer"]


def test_no_document_differs_in_all_but_the_money_that_nobody_took() -> None:
    assert differing(an_intent(), {}) == ["status", "amount", "session", "payer"]


def test_a_row_has_each_sides_own_words() -> None:
    status, amount, *_ = compare(an_intent(status="succeeded"), to_doc(a_held_hold(amount=4999)))

    assert (status.stripe, status.firestore) == ("succeeded", "requires_capture")
    assert (amount.stripe, amount.firestore) == ("5000 jpy", "4999 jpy")
