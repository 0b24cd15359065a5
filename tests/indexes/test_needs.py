"""The rules of Firestore by which the comparison goes, case by case."""

import pytest

from tests.indexes.needs import MODES, Index, Query, needs_composite_index, single_field_modes

EQUAL, OTHER, ARRAY, RANGE = ("u", "=="), ("r", "=="), ("p", "array-contains"), ("d", "<=")
UP, DOWN = ("d", "asc"), ("d", "desc")

NO_INDEX = {
    "a whole collection": (),
    "one equality": (EQUAL,),
    "several equalities are merged": (EQUAL, OTHER),
    "in is several equalities": (("u", "in"), OTHER),
    "one array": (ARRAY,),
    "one array of several values": (("p", "array-contains-any"),),
    "one order": (DOWN,),
    "one range": (RANGE,),
    "a range and the order by its field": (RANGE, UP),
    "a range and the order by its field, descending": (RANGE, DOWN),
    "a range with two ends": (("d", ">"), ("d", "<="), UP),
    "not equal is a range": (("d", "!="),),
}

COMPOSITE = {
    "an equality and an order": ((EQUAL, DOWN), {"u"}, set(), (DOWN,)),
    "an equality and an order the other way": ((EQUAL, UP), {"u"}, set(), (UP,)),
    "in and an order": ((("u", "in"), DOWN), {"u"}, set(), (DOWN,)),
    "several equalities and an order": ((EQUAL, OTHER, DOWN), {"u", "r"}, set(), (DOWN,)),
    "an array and an order": ((ARRAY, DOWN), set(), {"p"}, (DOWN,)),
    "an array and an equality": ((ARRAY, EQUAL), {"u"}, {"p"}, ()),
    "an array, an equality and an order": ((ARRAY, EQUAL, DOWN), {"u"}, {"p"}, (DOWN,)),
    "an equality and a range": ((EQUAL, RANGE), {"u"}, set(), (UP,)),
    "an equality, a range and its order": ((EQUAL, RANGE, DOWN), {"u"}, set(), (DOWN,)),
    "two orders": ((UP, ("e", "desc")), set(), set(), (UP, ("e", "desc"))),
    "a range and an order by another field": ((RANGE, ("e", "desc")), set(), set(), (("e", "desc"), ("d", "desc"))),
    "two ranges": ((("e", ">"), RANGE), set(), set(), (UP, ("e", "asc"))),
}

NO_QUERY = {
    "an unknown operator": (("u", "like"),),
    "two arrays": (ARRAY, ("q", "array-contains")),
    "an order by what is equal": (EQUAL, ("u", "desc")),
}


@pytest.mark.parametrize("clauses", NO_INDEX.values(), ids=NO_INDEX)
def test_single_fields_answer(clauses: tuple[tuple[str, str], ...]) -> None:
    assert needs_composite_index(Query("c", clauses)) is None


@pytest.mark.parametrize(("clauses", "equal", "array", "sort"), COMPOSITE.values(), ids=COMPOSITE)
def test_a_composite_index_is_needed(
    clauses: tuple[tuple[str, str], ...], equal: set[str], array: set[str], sort: tuple[tuple[str, str], ...]
) -> None:
    needed = needs_composite_index(Query("c", clauses))

    assert needed == Index("c", frozenset(equal), frozenset(array), sort)
    assert needed.is_served_by(needed.as_json())


@pytest.mark.parametrize("clauses", NO_QUERY.values(), ids=NO_QUERY)
def test_a_query_that_firestore_does_not_have_is_an_error(clauses: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(ValueError, match="c "):
        needs_composite_index(Query("c", clauses))


UNREAD = Index("c", frozenset({"u", "r"}), frozenset(), (DOWN,))
OTHERWISE = {
    "equal fields in the other order": ("c", "COLLECTION", (("u", "asc"), ("r", "asc"), DOWN), True),
    "equal fields descending": ("c", "COLLECTION", (("r", "desc"), ("u", "asc"), DOWN), True),
    "the sort the other way": ("c", "COLLECTION", (("u", "asc"), ("r", "asc"), UP), False),
    "the sort not last": ("c", "COLLECTION", (DOWN, ("u", "asc"), ("r", "asc")), False),
    "a field less": ("c", "COLLECTION", (("u", "asc"), DOWN), False),
    "a field more": ("c", "COLLECTION", (("u", "asc"), ("r", "asc"), ("s", "asc"), DOWN), False),
    "a field twice": ("c", "COLLECTION", (("u", "asc"), ("r", "asc"), ("u", "desc"), DOWN), False),
    "another collection": ("d", "COLLECTION", (("u", "asc"), ("r", "asc"), DOWN), False),
    "collection groups": ("c", "COLLECTION_GROUP", (("u", "asc"), ("r", "asc"), DOWN), False),
}


@pytest.mark.parametrize(("collection", "scope", "fields", "serves"), OTHERWISE.values(), ids=OTHERWISE)
def test_which_declared_index_serves(
    collection: str, scope: str, fields: tuple[tuple[str, str], ...], *, serves: bool
) -> None:
    modes = [{"fieldPath": name, "order": MODES[direction]} for name, direction in fields]

    declared = {"collectionGroup": collection, "queryScope": scope, "fields": modes}

    assert UNREAD.is_served_by(declared) is serves


def test_an_array_needs_the_array_s_index() -> None:
    needed = Index("c", frozenset(), frozenset({"p"}), (DOWN,))
    ordered = {"fieldPath": "p", "order": "ASCENDING"}

    declared = needed.as_json()
    declared["fields"][0] = ordered

    assert not needed.is_served_by(declared)


def test_a_query_without_a_composite_index_rests_on_its_fields_own() -> None:
    assert single_field_modes(Query("c", (EQUAL, OTHER))) == {("u", "ASCENDING"), ("r", "ASCENDING")}
    assert single_field_modes(Query("c", (RANGE, UP))) == {("d", "ASCENDING")}
    assert single_field_modes(Query("c", (DOWN,))) == {("d", "DESCENDING")}
    assert single_field_modes(Query("c", (ARRAY,))) == {("p", "CONTAINS")}
    assert single_field_modes(Query("c", (EQUAL, DOWN))) == set()
