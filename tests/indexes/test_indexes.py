"""`firestore.indexes.json` holds what the queries need: nothing is missing, and nothing is there for no query."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from emulators.stack.workspace import ROOT
from tests.indexes.queries import DIRECTIONS, OF_APPS, OF_THE_PRODUCT, Query

TEXT = (ROOT / "firestore.indexes.json").read_text()
DECLARED: dict[str, Any] = json.loads(TEXT)

FIREBASE_TOOLS = """
const { FirestoreApi } = require("firebase-tools/lib/firestore/api");
const api = new FirestoreApi();
api.validateSpec(api.upgradeOldSpec(JSON.parse(require("fs").readFileSync(0))));
"""
"""What `firebase deploy` does with the file before it sends anything."""


def composite(query: Query) -> dict[str, Any] | None:
    """The index that the query needs; None if the indexes that each field has by itself are enough."""
    equal = [{"fieldPath": name, "order": "ASCENDING"} for name in query.equal]
    array = [{"fieldPath": query.array, "arrayConfig": "CONTAINS"}] if query.array else []
    order = [{"fieldPath": query.order[0], "order": DIRECTIONS[query.order[1]]}] if query.order else []
    fields = array + equal + order
    only_equal = not (array or order)  # Firestore merges the fields' own indexes
    if only_equal or len(fields) == 1:
        return None
    return {"collectionGroup": query.collection, "queryScope": "COLLECTION", "fields": fields}


def test_every_query_has_its_index_and_every_index_its_query() -> None:
    needed = [index for query in (*OF_THE_PRODUCT, *OF_APPS) if (index := composite(query))]

    assert sorted(map(json.dumps, needed)) == sorted(map(json.dumps, DECLARED["indexes"]))


def test_the_only_fields_without_an_index_of_their_own_are_those_of_time_to_live() -> None:
    """A time that only grows would else limit its collection to 500 writes a second; every query keeps its index."""
    assert DECLARED["fieldOverrides"] == [
        {"collectionGroup": collection, "fieldPath": "expireAt", "ttl": True, "indexes": []}
        for collection in ("stripe_events", "limits")
    ]


def test_firebase_tools_takes_the_file_and_refuses_a_wrong_one() -> None:
    assert run_firebase_tools(TEXT).returncode == 0
    assert "FirebaseError" in run_firebase_tools(TEXT.replace('"DESCENDING"', '"DOWN"')).stderr


def run_firebase_tools(text: str) -> subprocess.CompletedProcess[str]:
    command = ["node", "-e", FIREBASE_TOOLS]
    return subprocess.run(command, input=text, cwd=ROOT, text=True, capture_output=True, check=False)
