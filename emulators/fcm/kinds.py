"""The kinds of values in a request to a Google API: what each takes as JSON, and what is said of any other value.

As JSON of protocol buffers: a field goes by its own name or by that in camelCase, and null is the same as none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

TYPES = "type.googleapis.com/"
DURATION_FORM = re.compile(r"-?\d+(\.\d{1,9})?s")
TIME_FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")


@dataclass(frozen=True)
class Violation:
    """A part of the request that is wrong: where, "" for the request itself, and how."""

    field: str
    description: str


class Kind(Protocol):
    """What a value may be."""

    def violations(self, value: Any, path: str) -> Iterator[Violation]:
        """What is wrong with the value at that path."""


def _invalid(value: Any, path: str, kind: str) -> Violation:
    said = json.dumps(value, ensure_ascii=False)
    return Violation(path, f"Invalid value at '{path}' ({kind}), {said}")


def _unknown(name: str, path: str, reason: str) -> Violation:
    where = f" at '{path}'" if path else ""
    return Violation(path, f'Invalid JSON payload received. Unknown name "{name}"{where}: {reason}')


@dataclass(frozen=True)
class Scalar:
    """One value of a kind that the API calls `name` where it is another."""

    name: str
    takes: Callable[[Any], bool]

    def violations(self, value: Any, path: str) -> Iterator[Violation]:
        """As `Kind`."""
        if not self.takes(value):
            yield _invalid(value, path, self.name)


def enum(name: str, *values: str) -> Scalar:
    return Scalar(TYPES + name, lambda value: isinstance(value, str) and value.upper() in values)


def _text_of(form: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and form.fullmatch(value) is not None


STRING = Scalar("TYPE_STRING", lambda value: isinstance(value, str))
BOOL = Scalar("TYPE_BOOL", lambda value: isinstance(value, bool))
INT = Scalar("TYPE_INT32", lambda value: isinstance(value, int) and not isinstance(value, bool))
FLOAT = Scalar("TYPE_FLOAT", lambda value: isinstance(value, int | float) and not isinstance(value, bool))
DURATION = Scalar(TYPES + "google.protobuf.Duration", _text_of(DURATION_FORM))
TIME = Scalar(TYPES + "google.protobuf.Timestamp", _text_of(TIME_FORM))
ANY_OBJECT = Scalar(TYPES + "google.protobuf.Struct", lambda value: isinstance(value, dict))


@dataclass(frozen=True)
class Strings:
    """A map from strings to strings; the API numbers its entries."""

    def violations(self, value: Any, path: str) -> Iterator[Violation]:
        """As `Kind`."""
        if not isinstance(value, dict):
            yield _invalid(value, path, "Map")
            return
        for number, entry in enumerate(value.values()):
            yield from STRING.violations(entry, f"{path}[{number}].value")


@dataclass(frozen=True)
class ListOf:
    """Any number of values of one kind."""

    of: Kind

    def violations(self, value: Any, path: str) -> Iterator[Violation]:
        """As `Kind`."""
        for number, entry in enumerate(value if isinstance(value, list) else [value]):
            yield from self.of.violations(entry, f"{path}[{number}]")


@dataclass(frozen=True)
class Message:
    """An object with fields of its own, and no others."""

    name: str
    fields: Mapping[str, Kind]

    def violations(self, value: Any, path: str) -> Iterator[Violation]:
        """As `Kind`."""
        if not isinstance(value, dict):
            yield (
                _invalid(value, path, TYPES + self.name)
                if path
                else _unknown("", "", "Root element must be a message.")
            )
            return
        for name, entry in value.items():
            kind = self.fields.get(name)
            if kind is None:
                yield _unknown(name, path, "Cannot find field.")
            elif isinstance(entry, list) and not isinstance(kind, ListOf):
                yield _unknown(name, path, "Proto field is not repeating, cannot start list.")
            elif entry is not None:
                yield from kind.violations(entry, f"{path}.{name}" if path else name)


def message(name: str, /, **fields: Kind) -> Message:
    """A message whose fields go by either form of their names."""
    return Message(name, {form: kind for field, kind in fields.items() for form in (field, _camel(field))})


def _camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)
