"""What callers send (design 9): every wrong field is named, and nothing else is ever raised."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payments.core.refusals import Code, Refusal
from payments.domain.chat.records import CALLER_REASONS, CancelReason
from payments.endpoints.callables import CALLABLES
from payments.endpoints.fields import INT64, a_reason, a_uid, an_amount, an_id, parse
from tests.unit.strategies import JSON, TEXTS

CREATE = CALLABLES["createPaymentIntent"].fields
CANCEL = CALLABLES["cancelPaymentIntent"].fields
NAMES = sorted({name for command in CALLABLES.values() for name in command.fields})


def problems(shape: Any, data: Any) -> Any:
    """What the caller is told of each field."""
    with pytest.raises(Refusal) as refused:
        parse(shape, data)
    assert refused.value.code is Code.INVALID_ARGUMENT
    return refused.value.details["fields"]


def read_or_refused(shape: Any, data: Any) -> tuple[dict[str, Any], Refusal | None]:
    try:
        return parse(shape, data), None
    except Refusal as refusal:
        return {}, refusal


@given(
    st.sampled_from(sorted(CALLABLES)),
    JSON | st.dictionaries(st.sampled_from(NAMES) | TEXTS, JSON | st.from_regex(r"[A-Za-z0-9_/.-]{1,9}")),
)
@settings(max_examples=150)
def test_anything_at_all_is_read_or_refused_by_the_names_of_its_fields(name: str, data: Any) -> None:
    shape = CALLABLES[name].fields

    read, refusal = read_or_refused(shape, data)

    assert set(read) <= set(shape)
    assert all(len(str(value)) <= 128 for value in read.values())
    assert refusal is None or (refusal.code is Code.INVALID_ARGUMENT and refusal.details["fields"])


def test_every_wrong_field_is_named_at_once() -> None:
    sent = {"amount": "5000", "consultantId": "a/b", "coupon": 1, "price": None}

    expected = {
        "amount": "invalid",
        "consultantId": "invalid",
        "coupon": "unknown",
        "price": "unknown",
        "sessionId": "missing",
    }
    assert problems(CREATE, sent) == expected


@pytest.mark.parametrize("data", [None, [], "x", 5, True, [{"sessionId": "s1"}]])
def test_what_is_no_object_lacks_its_fields(data: Any) -> None:
    assert problems(CREATE, data) == {"sessionId": "missing"}


def test_an_optional_field_that_is_null_counts_as_not_sent() -> None:
    """FlutterFlow sends null for a variable that is not set."""
    assert parse(CREATE, {"sessionId": "s1", "consultantId": None, "amount": None}) == {"sessionId": "s1"}


def test_a_long_name_of_an_unknown_field_is_cut() -> None:
    """It is sent back, and may end on a screen."""
    (name,) = problems(CREATE, {"sessionId": "s1", "x" * 5000: 1})

    assert len(name) <= 40


@pytest.mark.parametrize("amount", [1, 5000, 99_999_999, {"@type": INT64, "value": "5000"}])
def test_an_amount_is_a_whole_number_in_the_smallest_unit(amount: Any) -> None:
    """H-03. A mobile SDK may wrap a plain Dart `int`."""
    expected = amount if isinstance(amount, int) else 5000

    assert an_amount(amount) == expected


AMOUNTS = [
    0,
    -1,
    -5000,
    100_000_000,
    2**63,
    -(2**63),
    10**40,
    5000.0,
    0.5,
    float("nan"),
    float("inf"),
    "5000",
    "",
    "5000円",
    True,
    False,
    [5000],
    {"value": 5000},
    {"@type": INT64, "value": 5000},
    {"@type": INT64, "value": "-5000"},
    {"@type": INT64, "value": "0"},
    {"@type": INT64, "value": "5e3"},
    {"@type": INT64, "value": "5000.0"},
    {"@type": INT64, "value": "５０００"},
    {"@type": INT64, "value": "5_000"},
    {"@type": INT64, "value": " 5000"},
    {"@type": INT64, "value": "9" * 5000},
    {"@type": INT64, "value": str(2**63)},
    {"@type": INT64, "value": None},
    {"@type": INT64, "value": "5000", "more": 1},
    {"@type": "type.googleapis.com/google.protobuf.DoubleValue", "value": "5000"},
    {"@type": [], "value": "5000"},
]


@pytest.mark.parametrize("amount", AMOUNTS)
def test_what_is_no_amount_is_named(amount: Any) -> None:
    assert problems(CREATE, {"sessionId": "s1", "amount": amount}) == {"amount": "invalid"}


BAD_IDS = [
    "",
    "a/b",
    "/",
    ".",
    "..",
    "a.b",
    "__x__",
    "____",
    "a b",
    "a\n",
    "\n",
    "a\x00",
    "x" * 129,
    "x" * 2000,
    "ѕession",
    "pi_１",
    "ｓ１",
    "é",
    "e\u0301",
    "セッション",
    "s1\u200b",
    "\ud800",
    5,
    5.0,
    True,
    ["s1"],
    {"id": "s1"},
]


@pytest.mark.parametrize("bad", BAD_IDS)
def test_an_invalid_id_is_named(bad: Any) -> None:
    """It would be a path in Firestore, or a part of a key at Stripe."""
    assert problems(CANCEL, {"paymentIntentId": bad}) == {"paymentIntentId": "invalid"}


@pytest.mark.parametrize("good", ["s", "pi_3P", "_x_", "__x", "x__", "x" * 128, "0e7f-4c_1"])
def test_an_id_is_read_as_it_is(good: str) -> None:
    assert an_id(good) == good


@pytest.mark.parametrize("uid", ["a.b@c", "user:1", "x" * 128, "...", "~!"])
def test_a_uid_may_have_any_printable_ascii_but_the_slash(uid: str) -> None:
    """A custom UID of Firebase Auth's."""
    assert a_uid(uid) == uid


@pytest.mark.parametrize(
    "bad", ["", ".", "..", "__x__", "a/b", "a b", "a\n", "x" * 129, "é", "\x7f", "\x00", 5, None, ["u"]]
)
def test_what_is_no_uid_is_refused(bad: Any) -> None:
    with pytest.raises(ValueError, match=r"^$"):
        a_uid(bad)


@pytest.mark.parametrize("reason", ["requested_by_customer", "duplicate", "fraudulent"])
def test_a_caller_may_give_stripes_reasons(reason: str) -> None:
    """H-11."""
    assert a_reason(reason) is CancelReason(reason)


OURS = sorted(set(CancelReason) - CALLER_REASONS)


@pytest.mark.parametrize("reason", [*OURS, "", "Duplicate", 1, [], {}])
def test_a_caller_may_not_give_our_own_reasons(reason: Any) -> None:
    """Ours stand when a cancel is refused: with one, a caller could block their own hold for good."""
    assert problems(CANCEL, {"paymentIntentId": "pi_1", "reason": reason}) == {"reason": "invalid"}
