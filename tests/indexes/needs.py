"""Which composite index a query needs, by Firestore's documented rules for a database of the Standard edition.

Sources, all below https://firebase.google.com/docs/firestore/query-data/:

- `index-overview`: each field has an ascending and a descending index by itself, and an array field one for
  `array-contains`, within one collection (not for collection groups); equality clauses are answered by merging
  them; what compares or sorts by more than that needs a composite index, whose sort fields stand in the query's
  order and direction.
- `order-limit-data`: the first sort of a range is by its field; no order by a field that is compared for equality.
- `queries`: at most one array clause. Whether it merges with equality clauses is told differently by different
  versions of the page. Here it needs an index: one too many costs little, one too few fails in production.
- `multiple-range-fields`: range fields that the query does not sort by follow its own order, by name, in the
  direction of its last one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

EQUALITY = frozenset({"==", "in"})
ARRAY = frozenset({"array-contains", "array-contains-any"})
RANGE = frozenset({"<", "<=", ">", ">=", "!=", "not-in"})
ORDER = frozenset({"asc", "desc"})
OPERATORS = EQUALITY | ARRAY | RANGE | ORDER

Clause = tuple[str, str]
MODES = {"asc": "ASCENDING", "desc": "DESCENDING"}


@dataclass(frozen=True)
class Query:
    """A query of one collection: pairs of a field and either an operator or the direction of an order."""

    collection: str
    clauses: tuple[Clause, ...] = ()
    found_in: str = field(default="", compare=False)

    def __str__(self) -> str:
        return " ".join([self.collection, *(f"{name}:{operator}" for name, operator in self.clauses)])

    def fields(self, operators: frozenset[str]) -> frozenset[str]:
        """Return the fields that one of the operators is used on."""
        return frozenset(name for name, operator in self.clauses if operator in operators)

    @property
    def sort(self) -> tuple[Clause, ...]:
        """What the result is sorted by: the query's own order, then the ranges that it does not name."""
        orders = tuple(each for each in self.clauses if each[1] in ORDER)
        direction = orders[-1][1] if orders else "asc"
        implied = sorted(self.fields(RANGE) - {name for name, _ in orders})
        return orders + tuple((name, direction) for name in implied)


@dataclass(frozen=True)
class Index:
    """A composite index: fields compared for equality, in whatever order, at most one array, then the sort."""

    collection: str
    equal: frozenset[str]
    array: frozenset[str]
    sort: tuple[Clause, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the index as it is written in `firestore.indexes.json`."""
        arrays = [{"fieldPath": name, "arrayConfig": "CONTAINS"} for name in sorted(self.array)]
        equal = [{"fieldPath": name, "order": "ASCENDING"} for name in sorted(self.equal)]
        sort = [{"fieldPath": name, "order": MODES[direction]} for name, direction in self.sort]
        return {"collectionGroup": self.collection, "queryScope": "COLLECTION", "fields": arrays + equal + sort}

    def is_served_by(self, declared: dict[str, Any]) -> bool:
        """Whether an index of `firestore.indexes.json` is this one."""
        modes = [(each["fieldPath"], each.get("order") or each["arrayConfig"]) for each in declared["fields"]]
        head, tail = modes[: len(modes) - len(self.sort)], modes[len(modes) - len(self.sort) :]
        array = {name for name, mode in head if mode == "CONTAINS"}
        return (
            (declared["collectionGroup"], declared["queryScope"]) == (self.collection, "COLLECTION")
            and tail == [(name, MODES[direction]) for name, direction in self.sort]
            and array == self.array
            and {name for name, _ in head} - array == self.equal
            and len(head) == len(self.array) + len(self.equal)
        )


def needs_composite_index(query: Query) -> Index | None:
    """Return the composite index without which Firestore refuses the query; None where single fields' suffice.

    Raises:
        ValueError: Firestore has no such query, or this function does not know the operator.
    """
    _check(query)
    needed = Index(query.collection, query.fields(EQUALITY), query.fields(ARRAY), query.sort)
    if not needed.sort and not needed.array:
        return None
    return needed if len(needed.equal) + len(needed.array) + len(needed.sort) > 1 else None


def _check(query: Query) -> None:
    unknown = {operator for _, operator in query.clauses} - OPERATORS
    if unknown:
        raise ValueError(f"unknown operators {sorted(unknown)}: {query}")
    if sum(operator in ARRAY for _, operator in query.clauses) > 1:
        raise ValueError(f"more than one array clause: {query}")
    if query.fields(EQUALITY) & query.fields(ORDER):
        raise ValueError(f"order by a field that is compared for equality: {query}")


def single_field_modes(query: Query) -> frozenset[tuple[str, str]]:
    """Return the fields and modes whose own indexes answer the query; none where a composite index does."""
    if needs_composite_index(query):
        return frozenset()
    arrays = {(name, "CONTAINS") for name in query.fields(ARRAY)}
    equal = {(name, "ASCENDING") for name in query.fields(EQUALITY)}
    return frozenset(arrays | equal | {(name, MODES[direction]) for name, direction in query.sort})
