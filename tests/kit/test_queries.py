"""The queries of the kit are found, whichever way they are written."""

from __future__ import annotations

import pytest

from .queries import documented, kit_queries, queries_of
from .source import READMES, DartFile

SESSIONS = ("sessions", (("userId", "=="), ("consultantId", "==")))


def queried(expression: str) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    return queries_of(
        DartFile("a.dart", f"Future<void> f() async {{ final db = FirebaseFirestore.instance; {expression} }}")
    )


def test_the_kits_own_queries_are_found() -> None:
    found = kit_queries()

    assert SESSIONS in found
    assert ("messages", (("createdAt", "desc"),)) in found
    assert len(found) == len(set(found))


def test_both_readmes_tell_the_same_queries() -> None:
    english, japanese = (documented(path.read_text()) for path in READMES.values())

    assert english == japanese
    assert len(english) == 7


def test_a_chain_is_a_query() -> None:
    assert queried("db.collection('a').where('b', isEqualTo: 1).orderBy('c').limit(1).get();") == [
        ("a", (("b", "=="), ("c", "asc")))
    ]


def test_a_query_on_a_variable_is_a_query_of_its_collection() -> None:
    found = queried(
        "final a = db.collection('a'); a.where('b', arrayContains: 1).orderBy('c', descending: true).get();"
    )

    assert found == [("a", (("b", "array-contains"), ("c", "desc")))]


def test_a_query_on_a_subcollection_is_of_the_subcollection() -> None:
    found = queried("db.collection('a').doc('1').collection('b').where('c', isNull: true).get();")

    assert found == [("b", (("c", "=="),))]


def test_a_document_that_is_read_is_no_query() -> None:
    assert queried("db.collection('a').doc('1').get();") == []


def test_a_filter_that_is_not_known_is_refused() -> None:
    with pytest.raises(KeyError):
        queried("db.collection('a').where('b', whereIn: [1]).get();")
