"""How records stand in Firestore: there and back, and what is not ours is never guessed at."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payments.adapters.firestore_mapping import COLLECTIONS, from_doc, id_of, to_doc
from payments.adapters.stripe_metadata import metadata_of
from payments.core.limits import Limits
from payments.core.looks import Look
from payments.core.store import CorruptDocument
from payments.domain.chat.records import ChatSession, Hold
from payments.domain.chat.tickets import Ticket
from payments.domain.shop.ledger import Payment
from payments.domain.shop.orders import Item, Order, OrderMetadata, Product
from tests.unit.builders import a_captured_hold, a_held_hold, a_session
from tests.unit.constants import NOW
from tests.unit.extended import ASKED, an_asked_session
from tests.unit.strategies import records_of

KINDS = sorted(COLLECTIONS, key=lambda kind: kind.__name__)
#: The document on Checkout names its columns so (C-02).
SNAKE_CASE = {Product, Item, Order, OrderMetadata, Payment}
#: Fields whose stored name is older than the record's.
STORED_AS = {(Hold, "operation_try"): "operationAttempt", (Limits, "used"): "attempts"}
WRONG = [[], {}, "nonsense", 1.5, True, b"x", datetime(2026, 1, 1, tzinfo=UTC), 7, None]


def a_full(kind: type[Any]) -> Any:
    """A record of one kind in which nothing is null."""
    hints = get_type_hints(kind)
    return kind(**{field.name: _some(hints[field.name]) for field in fields(kind)})


def _some(hint: Any) -> Any:
    if get_origin(hint) is tuple:
        return (a_full(get_args(hint)[0]),)
    wanted: Any = hint if isinstance(hint, type) else get_args(hint)[0]
    if isinstance(wanted, type) and is_dataclass(wanted):
        return a_full(wanted)
    return next(iter(wanted)) if issubclass(wanted, Enum) else {datetime: NOW, int: 3, str: "x", bool: True}[wanted]


@given(st.sampled_from(KINDS).flatmap(records_of))
@settings(max_examples=50)
def test_a_record_comes_back_as_it_went(record: Any) -> None:
    assert from_doc(type(record), id_of(record), to_doc(record)) == record


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_record_comes_back_as_it_went(kind: type[Any]) -> None:
    record = a_full(kind)

    assert from_doc(kind, id_of(record), to_doc(record)) == record


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_holds_only_what_firestore_keeps_as_it_is(kind: type[Any]) -> None:
    """Enums as their values: an enum would be refused by the client library, or kept as something else."""
    assert {type(value) for value in to_doc(a_full(kind)).values()} <= {str, int, bool, datetime, list, dict}


@pytest.mark.parametrize("kind", KINDS)
def test_a_broken_field_is_named_and_its_value_is_not(kind: type[Any]) -> None:
    """A corrupt document must stop its decision, and its log line must hold nothing personal."""
    doc, hints = to_doc(a_full(kind)), get_type_hints(kind)

    for field in fields(kind):
        name = _name(kind, field.name)
        welcome = {type(doc.get(name)), *get_args(hints[field.name])}
        for wrong in (value for value in WRONG if name in doc and type(value) not in welcome):
            with pytest.raises(CorruptDocument) as corrupt:
                from_doc(kind, "the-id", {**doc, name: wrong})
            assert str(corrupt.value) == f"{_where(kind, 'the-id')}: {name}"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in (OrderMetadata, Look)])
def test_every_broken_field_is_named_at_once(kind: type[Any]) -> None:
    """An order's metadata, and a look, have no field that must be there."""
    required = [f for f in fields(kind) if f.default is MISSING and f.name != "id"]

    with pytest.raises(CorruptDocument) as corrupt:
        from_doc(kind, "x", {})

    named = str(corrupt.value).removeprefix(f"{_where(kind, 'x')}: ").split(", ")
    assert set(named) == {_name(kind, f.name) for f in required}


def test_an_extension_is_one_map() -> None:
    session = an_asked_session()

    assert to_doc(session)["next"] == {
        "attempt": 2,
        "intentId": "pi_2",
        "amount": 5000,
        "currency": "jpy",
        "minutes": 30,
        "requestedAt": ASKED,
    }
    assert to_doc(a_session())["next"] is None


@pytest.mark.parametrize("wrong", [{}, {"attempt": "2"}, {"attempt": None}])
def test_an_extension_that_cannot_be_read_is_corrupt(wrong: dict[str, Any]) -> None:
    doc = to_doc(an_asked_session())

    with pytest.raises(CorruptDocument, match=r"^sessions/s1: next$"):
        from_doc(ChatSession, "s1", {**doc, "next": {**doc["next"], **wrong} if wrong else {}})


def _where(kind: type[Any], name: str) -> str:
    """A ticket's id is its code, which stands in no log."""
    return COLLECTIONS[kind] if kind is Ticket else f"{COLLECTIONS[kind]}/{name}"


def _name(kind: type[Any], name: str) -> str:
    if kind in SNAKE_CASE:
        return name
    if (kind, name) in STORED_AS:
        return STORED_AS[kind, name]
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)


@pytest.mark.parametrize("status", ["CREATED", "authorized", "", None, 3, ["created"]])
def test_a_status_of_nobodys_is_corrupt(status: Any) -> None:
    with pytest.raises(CorruptDocument, match="payment_intents/pi_1: status"):
        from_doc(Hold, "pi_1", {**to_doc(a_held_hold()), "status": status})


def test_a_field_that_came_later_is_read_as_its_default() -> None:
    """Documents that an older version has written have to be read."""
    old = {name: value for name, value in to_doc(a_held_hold()).items() if name != "lateRefusedAt"}

    hold = from_doc(Hold, "pi_1", old)

    assert hold.late_refused_at is None


def test_fields_of_others_are_passed_over() -> None:
    assert from_doc(ChatSession, "s1", {**to_doc(a_session()), "theme": "dark"}) == a_session()


def test_a_hold_has_the_fields_of_the_document_by_their_names() -> None:
    """H-14."""
    doc = to_doc(a_captured_hold())

    assert {"userId", "sessionId", "amount", "status", "createdAt", "capturedAt", "metadata"} <= set(doc)
    assert (doc["amount"], doc["status"], doc["createdAt"]) == (5000, "captured", NOW)


def test_a_session_names_its_participants_for_the_rules() -> None:
    """H-13: who may read the chat is asked of this field."""
    assert to_doc(a_session())["participants"] == ["payer", "consultant"]


def test_metadata_says_whose_a_payment_intent_is() -> None:
    """H-14: by it the webhook finds the session of a PaymentIntent whose answer was lost."""
    expected = {"sessionId": "s1", "userId": "payer", "consultantId": "consultant", "attempt": "2"}

    assert metadata_of(a_held_hold(attempt=2)) == metadata_of(a_session(attempt=2).current) == expected


def test_the_id_is_the_documents_and_not_a_field() -> None:
    limits = Limits(id="payment:taro", used=1, since=NOW, expire_at=NOW)

    assert id_of(limits) == "payment:taro"
    assert "id" not in to_doc(limits)
    assert "id" not in to_doc(a_held_hold())
