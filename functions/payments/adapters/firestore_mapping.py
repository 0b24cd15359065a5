"""How a record stands in Firestore: its collection, its fields, and back again.

Fields are the record's own, in camelCase for the chat and in snake_case for the shop, as the two documents have them.
Enums are their values; times are timestamps; what is not known is null.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

from payments.adapters.stripe_metadata import metadata_of
from payments.core.alerts import Alert
from payments.core.limits import Limits
from payments.core.looks import Look
from payments.core.processed_events import ProcessedEvent
from payments.core.store import CorruptDocument
from payments.domain.chat.notifications import Notification
from payments.domain.chat.records import ChatSession, Consultant, Hold, NextAttempt
from payments.domain.chat.tickets import Redemption, Ticket
from payments.domain.shop.ledger import Payment
from payments.domain.shop.orders import Item, Order, OrderMetadata, Product
from payments.stripe_model.identity import StripeInUse

T = TypeVar("T")

COLLECTIONS: Final[Mapping[type[Any], str]] = {
    Hold: "payment_intents",
    ChatSession: "sessions",
    Consultant: "consultants",
    Ticket: "tickets",
    Redemption: "redemptions",
    Notification: "notifications",
    Limits: "limits",
    ProcessedEvent: "stripe_events",
    Alert: "alerts",
    Look: "looks",
    Product: "products",
    Order: "orders",
    OrderMetadata: "order_metadata",
    Payment: "stripe_payments",
    StripeInUse: "settings",
}

#: What the document on Checkout names (C-02) keeps its names.
_SNAKE_CASE: Final = frozenset({Product, Item, Order, OrderMetadata, Payment})

#: What is written more than once carries the number of its writes.
_REVISED: Final = frozenset(
    {Hold, ChatSession, Ticket, Notification, Limits, Look, Order, OrderMetadata, Payment, StripeInUse}
)
#: Fields that are stored under another name than the record's: "attempt" in code is the chat's alone.
_STORED_AS: Final[Mapping[tuple[type[Any], str], str]] = {
    (Hold, "operation_try"): "operationAttempt",
    (Limits, "used"): "attempts",
}

#: The field that is the document's id, if it is not `id`; an alert's is made of its other fields.
_IDS: Final[Mapping[type[Any], str | None]] = {Alert: None}
#: What people write by hand, in the console: one that can't be read counts as none.
HAND_MADE: Final = frozenset({Consultant, Product, Ticket})

#: Whoever knows the id of one of these can use it: it stands in no log.
_SECRET_IDS: Final = frozenset({Ticket})

#: What a decoder raises.
_WRONG: Final = (KeyError, TypeError, ValueError)


def _time(value: Any) -> datetime:
    """Plain and aware: Firestore's own type counts nanoseconds, which no other part knows of."""
    if not isinstance(value, datetime):
        raise TypeError
    return datetime(
        value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond, tzinfo=UTC
    )


def _nothing_else(_: Any) -> Any:
    raise TypeError


@dataclass(frozen=True, slots=True)
class _Field:
    """How one field is read: a value of type `plain` as it is, null if it may be null, all else by `decode`."""

    attribute: str
    name: str
    plain: type[Any]
    is_optional: bool
    decode: Callable[[Any], Any]
    default: Any

    def read(self, doc: Mapping[str, Any]) -> Any:
        """The field's value. Raises one of `_WRONG`; what is missing and has no default is wrong too."""
        value = doc.get(self.name, self.default)
        if type(value) is self.plain or (value is None and self.is_optional):
            return value
        return self.decode(value)


def _field(attribute: str, name: str, hint: Any, default: Any) -> _Field:
    if get_origin(hint) is tuple:
        return _Field(attribute, name, tuple, False, _list_of(get_args(hint)[0]), default)  # noqa: FBT003
    is_optional = isinstance(hint, types.UnionType)
    plain = next(part for part in get_args(hint) if part is not types.NoneType) if is_optional else hint
    decode: Callable[[Any], Any] = _nothing_else
    if plain in _PARTS:
        decode = _part(plain)
    elif plain is datetime:
        decode = _time
    elif issubclass(plain, Enum):
        decode = {member.value: member for member in plain}.__getitem__
    return _Field(attribute, name, plain, is_optional, decode, default)


def _part(kind: type[T]) -> Callable[[Any], T]:
    parts = _PARTS[kind]

    def decode(value: Any) -> T:
        if not isinstance(value, Mapping):
            raise TypeError
        return kind(**{part.attribute: part.read(value) for part in parts})

    return decode


def _list_of(kind: type[T]) -> Callable[[Any], tuple[T, ...]]:
    decode_part = _part(kind)

    def decode(value: Any) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise TypeError
        return tuple(decode_part(each) for each in value)

    return decode


def _name_in(kind: type[Any], attribute: str) -> str:
    return _STORED_AS.get((kind, attribute)) or (attribute if kind in _SNAKE_CASE else _camel(attribute))


def _camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(part.title() for part in tail)


def _fields_of(kind: type[Any]) -> tuple[_Field, ...]:
    hints = get_type_hints(kind)
    own = (f for f in fields(kind) if f.name not in ("id", _IDS.get(kind)))
    return tuple(_field(f.name, _name_in(kind, f.name), hints[f.name], f.default) for f in own)


#: What stands inside another record, as a map.
_PARTS: Final[dict[type[Any], tuple[_Field, ...]]] = {}
_PARTS.update({kind: _fields_of(kind) for kind in (Item, NextAttempt)})

_FIELDS: Final[Mapping[type[Any], tuple[_Field, ...]]] = {kind: _fields_of(kind) for kind in COLLECTIONS}


def field_name(kind: type[Any], attribute: str) -> str:
    """How a field of a record is called in its document."""
    return _name_in(kind, attribute)


def id_of(record: Any) -> str:
    """The id of the record's document."""
    return str(getattr(record, _IDS.get(type(record), "id") or "id"))


def to_doc(record: Any, rev: int = 1) -> dict[str, Any]:
    """The record as Firestore keeps it: its fields, those that apps query beside them, and `rev`."""
    doc = {f.name: _plain(getattr(record, f.attribute)) for f in _FIELDS[type(record)]}
    if type(record) in _REVISED:
        doc["rev"] = rev
    if isinstance(record, ChatSession):
        doc["participants"] = list(record.participants)
    if isinstance(record, Hold):
        doc["metadata"] = metadata_of(record)
    return doc


def changed_fields(before: Any, after: Any) -> dict[str, Any]:
    """The fields in which two records of a document differ. `participants` and `metadata` rest on what can't change."""
    changed = {}
    for field in _FIELDS[type(after)]:
        new = getattr(after, field.attribute)
        if new != getattr(before, field.attribute):
            changed[field.name] = _plain(new)
    return changed


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if type(value) in _PARTS:
        return {part.name: _plain(getattr(value, part.attribute)) for part in _PARTS[type(value)]}
    return value.value if isinstance(value, Enum) else value


def from_doc(kind: type[T], document_id: str, doc: Mapping[str, Any]) -> T:
    """The record of a stored document; fields that are not ours are passed over. Raises `CorruptDocument`."""
    id_field = _IDS.get(kind, "id")
    values: dict[str, Any] = {id_field: document_id} if id_field else {}
    try:
        for field in _FIELDS[kind]:
            values[field.attribute] = field.read(doc)
    except _WRONG:
        wrong = ", ".join(field.name for field in _FIELDS[kind] if not _is_readable(field, doc))
        name = COLLECTIONS[kind] if kind in _SECRET_IDS else f"{COLLECTIONS[kind]}/{document_id}"
        raise CorruptDocument(f"{name}: {wrong}") from None
    return kind(**values)


def _is_readable(field: _Field, doc: Mapping[str, Any]) -> bool:
    try:
        field.read(doc)
    except _WRONG:
        return False
    return True
