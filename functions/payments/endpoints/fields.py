"""What a caller sends, read: each field by its type, every wrong one named at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from payments.core.ids import is_id, is_uid
from payments.core.money import LARGEST_AMOUNT
from payments.core.refusals import Code, Refusal
from payments.domain.chat.records import CALLER_REASONS, CancelReason
from payments.domain.chat.tickets import canonical
from payments.domain.shop.orders import MOST_LINES, QUANTITIES, Line

#: The platform's own wrapper of a large integer; mobile SDKs may send one for a plain Dart `int`.
INT64: Final = "type.googleapis.com/google.protobuf.Int64Value"
#: Characters that somebody may type for a code, with all its spaces and hyphens.
LONGEST_TYPED: Final = 100


@dataclass(frozen=True, slots=True)
class Field:
    """How one field is read. `read` raises ValueError or TypeError for a value that won't do."""

    read: Callable[[Any], Any]
    is_required: bool = True


Shape = Mapping[str, Field]


def an_id(value: Any) -> str:
    """A session's or a PaymentIntent's id."""
    if not isinstance(value, str) or not is_id(value):
        raise ValueError
    return value


def a_uid(value: Any) -> str:
    """A Firebase Auth UID."""
    if not isinstance(value, str) or not is_uid(value):
        raise ValueError
    return value


def an_amount(value: Any) -> int:
    """An amount in the smallest unit of its currency."""
    if isinstance(value, dict) and value.keys() == {"@type", "value"} and value["@type"] == INT64:
        value = _digits(value["value"])
    if type(value) is not int or not 0 < value <= LARGEST_AMOUNT:
        raise ValueError
    return value


def _digits(text: Any) -> int:
    if not isinstance(text, str) or not text.isascii() or not text.isdigit() or len(text) > len(str(LARGEST_AMOUNT)):
        raise ValueError
    return int(text)


def a_code(value: Any) -> str:
    """A ticket code as a person typed it, in the form in which it is kept."""
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TYPED:
        raise ValueError
    return canonical(value)


def a_one(value: Any) -> bool:
    """A switch in an address: `1`."""
    if value != "1":
        raise ValueError
    return True


def a_reason(value: Any) -> CancelReason:
    """A reason that a caller may give."""
    reason = CancelReason(value)
    if reason not in CALLER_REASONS:
        raise ValueError
    return reason


def a_basket(value: Any) -> tuple[Line, ...]:
    """The lines of a basket: each product once."""
    if not isinstance(value, list) or not 0 < len(value) <= MOST_LINES:
        raise ValueError
    lines = tuple(_line(each) for each in value)
    if len({line.product_id for line in lines}) < len(lines):
        raise ValueError
    return lines


def _line(value: Any) -> Line:
    if not isinstance(value, dict) or value.keys() != {"productId", "quantity"}:
        raise ValueError
    return Line(product_id=an_id(value["productId"]), quantity=a_quantity(value["quantity"]))


def a_quantity(value: Any) -> int:
    """How many of a product."""
    quantity = an_amount(value)
    if quantity not in QUANTITIES:
        raise ValueError
    return quantity


Check = Callable[[Mapping[str, Any]], dict[str, str]]


def parse(shape: Shape, data: Any, check: Check = lambda _: {}) -> dict[str, Any]:
    """The fields that were sent, read. An optional field that is null counts as not sent.

    `check` says what is wrong with the fields that were sent, taken together. Raises `Refusal(invalid_argument)` that
    names every field that is missing, unknown or wrong.
    """
    given = data if isinstance(data, dict) else {}
    wrong = {str(name)[:40]: "unknown" for name in given if name not in shape}
    read: dict[str, Any] = {}
    for name, field in shape.items():
        if given.get(name) is None:
            wrong.update({name: "missing"} if field.is_required else {})
            continue
        try:
            read[name] = field.read(given[name])
        except (ValueError, TypeError):
            wrong[name] = "invalid"
    wrong = check({name: value for name, value in given.items() if value is not None}) | wrong
    if wrong:
        raise Refusal(Code.INVALID_ARGUMENT, fields=wrong)
    return read
