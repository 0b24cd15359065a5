"""`firestore.indexes.json` holds what the queries need: nothing is missing, and nothing is there for no query."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

import pytest

from tests.indexes.declared import PATH, declared, modes_of
from tests.indexes.made import ROOT, app_queries, documented_queries, flutterflow_queries, product_queries
from tests.indexes.needs import Index, Query, needs_composite_index, single_field_modes

READERS = (product_queries, app_queries, flutterflow_queries, documented_queries)
DUE = {name: ((name, "<="), (name, "asc")) for name in ("dueAt", "due_at")}

FIREBASE_TOOLS = """
const { FirestoreApi } = require("firebase-tools/lib/firestore/api");
const api = new FirestoreApi();
api.validateSpec(api.upgradeOldSpec(JSON.parse(require("fs").readFileSync(0))));
"""
"""What `firebase deploy` does with the file before it sends anything."""


def missing(queries: Iterable[Query], content: dict[str, Any]) -> Iterator[str]:
    """Yield each query that Firestore would refuse, with the index to add."""
    for query in queries:
        needed = needs_composite_index(query)
        if needed and not any(needed.is_served_by(each) for each in content["indexes"]):
            yield f"{query} ({query.found_in}) needs {json.dumps(needed.as_json())}"


def unused(queries: Iterable[Query], content: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the indexes that no query needs: each makes every write dearer."""
    needs = [needed for query in queries if (needed := needs_composite_index(query))]
    return [each for each in content["indexes"] if not any(needed.is_served_by(each) for needed in needs)]


def exempted(queries: Iterable[Query], content: dict[str, Any]) -> Iterator[str]:
    """Yield each query that rests on a single field's own index which an override has taken away."""
    for query in queries:
        for name, mode in single_field_modes(query):
            if mode not in modes_of(content, query.collection, name):
                yield f"{query} ({query.found_in}) rests on {name} {mode}"


@cache
def all_queries() -> tuple[Query, ...]:
    return tuple(query for reader in READERS for query in reader())


@pytest.mark.parametrize("reader", READERS)
def test_every_query_has_its_index(reader: Callable[[], Iterator[Query]]) -> None:
    assert list(missing(reader(), declared())) == []


def test_every_index_has_a_query() -> None:
    assert unused(all_queries(), declared()) == []


def test_no_query_rests_on_an_index_that_an_override_takes_away() -> None:
    assert list(exempted(all_queries(), declared())) == []


def test_no_index_is_declared_twice() -> None:
    indexes = [json.dumps(each, sort_keys=True) for each in declared()["indexes"]]

    assert len(indexes) == len(set(indexes))


def test_the_sweep_s_question_is_among_the_queries_and_needs_no_composite_index() -> None:
    """A shop's order calls its deadline as the document on Checkout would."""
    due = [query for query in product_queries() if query.clauses in DUE.values()]

    asked = {(query.collection, query.clauses) for query in due}
    assert asked >= {("payment_intents", DUE["dueAt"]), ("sessions", DUE["dueAt"]), ("orders", DUE["due_at"])}
    assert [needs_composite_index(query) for query in due] == [None] * len(due)


def test_the_question_whether_webhooks_come_is_among_the_queries() -> None:
    asked = {(query.collection, name) for query in product_queries() if (name := _time_in(query))}

    changes = {("payment_intents", "capturedAt"), ("payment_intents", "canceledAt"), ("stripe_payments", "created_at")}
    assert asked >= {*changes, ("stripe_events", "at")}


def _time_in(query: Query) -> str:
    """The field whose latest time a query asks for."""
    name = query.clauses[0][0] if query.clauses else ""
    return name if query.clauses == ((name, ">"), (name, "<="), (name, "desc")) else ""


def test_the_lists_of_an_app_are_among_the_queries() -> None:
    promised = {str(query) for query in documented_queries()}

    assert promised >= {
        "sessions participants:array-contains createdAt:desc",
        "sessions userId:== createdAt:desc",
        "messages createdAt:desc",
        "notifications userId:== createdAt:desc",
        "notifications userId:== readAt:== createdAt:desc",
        "payment_intents userId:== createdAt:desc",
        "orders user_id:== created_at:desc",
        "products seller_id:== active:==",
    }


def test_the_app_client_s_lists_are_among_the_queries() -> None:
    assert {str(query) for query in app_queries()} >= {
        "payment_intents userId:==",
        "sessions participants:array-contains",
    }


@pytest.mark.parametrize("number", range(len(declared()["indexes"])))
def test_an_index_that_is_taken_out_is_missed(number: int) -> None:
    content = declared()
    del content["indexes"][number]

    assert list(missing(all_queries(), content))


def test_an_index_that_nobody_needs_is_found() -> None:
    content = declared()
    content["indexes"].append(Index("sessions", frozenset({"status"}), frozenset(), (("dueAt", "asc"),)).as_json())

    assert unused(all_queries(), content) == content["indexes"][-1:]


def test_an_override_that_breaks_the_sweep_is_found() -> None:
    content = declared()
    override = {"collectionGroup": "sessions", "fieldPath": "dueAt", "indexes": [{"order": "DESCENDING"}]}
    content["fieldOverrides"].append(override)

    assert any("dueAt ASCENDING" in each for each in exempted(product_queries(), content))


def test_what_is_deleted_by_time_to_live_is_not_indexed() -> None:
    """A time that only grows would else limit its collection to 500 writes a second."""
    by_time = {each["collectionGroup"]: each for each in declared()["fieldOverrides"] if each.get("ttl")}

    assert set(by_time) == {"stripe_events", "limits"}
    assert {each["fieldPath"] for each in by_time.values()} == {"expireAt"}
    assert [each["indexes"] for each in by_time.values()] == [[], []]


def run_firebase_tools(text: str) -> subprocess.CompletedProcess[str]:
    command = ["node", "-e", FIREBASE_TOOLS]
    return subprocess.run(command, input=text, cwd=ROOT, text=True, capture_output=True, check=False)


def test_firebase_tools_takes_the_file() -> None:
    assert run_firebase_tools(PATH.read_text()).returncode == 0


@pytest.mark.parametrize(
    ("right", "wrong"), [('"ttl": true', '"ttl": "true"'), ('"DESCENDING"', '"DOWN"'), ('"arrayConfig"', '"array"')]
)
def test_firebase_tools_refuses_a_wrong_file(right: str, wrong: str) -> None:
    """The test above would else prove nothing."""
    text = PATH.read_text()
    assert right in text

    refused = run_firebase_tools(text.replace(right, wrong))

    assert refused.returncode != 0
    assert "FirebaseError" in refused.stderr
