"""Values that Hypothesis draws: records of every kind, and JSON as anybody might send it."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis wants naive bounds
TEXTS = st.text(max_size=12)
COUNTS = st.integers(-(2**63), 2**63 - 1)

LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS)
JSON = LEAVES | st.lists(LEAVES, max_size=2) | st.dictionaries(TEXTS, LEAVES | st.lists(LEAVES, max_size=2), max_size=2)


def of_type(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a record's field, by its annotation."""
    if isinstance(hint, UnionType):
        return st.one_of(*(st.none() if part is NoneType else of_type(part) for part in get_args(hint)))
    if get_origin(hint) is tuple:
        return st.lists(records_of(get_args(hint)[0]), max_size=3).map(tuple)
    if isinstance(hint, type) and is_dataclass(hint):
        return records_of(hint)
    if issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    return {datetime: TIMES, int: COUNTS, str: TEXTS, bool: st.booleans()}[hint]


def records_of(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Records of one kind, every field drawn."""
    hints = get_type_hints(kind)
    return st.builds(kind, **{field.name: of_type(hints[field.name]) for field in fields(kind)})
