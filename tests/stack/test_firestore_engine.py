"""The engine that the other tests stand on does what they rely on."""

from __future__ import annotations

import pytest
import requests
from google.cloud.firestore import Client

from emulators.stack.firestore_engine import FirestoreEngine

OPEN_RULES = """
rules_version = '2';
service cloud.firestore {
  match /databases/{database}/documents {
    match /notes/{id} { allow read: if id == 'public'; }
  }
}
"""


def test_projects_on_one_engine_share_nothing(db: Client, firestore_engine: FirestoreEngine) -> None:
    db.document("notes/a").set({"text": "hello"})

    other = Client(project="demo-another")
    assert not other.document("notes/a").get().exists
    other.close()


def test_clear_deletes_the_documents_of_one_project(
    db: Client, firestore_engine: FirestoreEngine, project: str
) -> None:
    db.document("notes/a").set({"text": "hello"})
    db.document("notes/a/deeper/b").set({"text": "hello"})

    firestore_engine.clear(project)

    assert not db.document("notes/a").get().exists
    assert not db.document("notes/a/deeper/b").get().exists


def test_loaded_rules_decide_what_a_client_may_read(firestore_engine: FirestoreEngine, project: str) -> None:
    notes = firestore_engine.documents_url(project) + "/notes"

    firestore_engine.load_rules(project, OPEN_RULES)

    assert requests.get(f"{notes}/public", timeout=10).status_code == 404
    assert requests.get(f"{notes}/private", timeout=10).status_code == 403


def test_rule_coverage_tells_which_expressions_were_evaluated(firestore_engine: FirestoreEngine, project: str) -> None:
    firestore_engine.load_rules(project, OPEN_RULES)
    requests.get(firestore_engine.documents_url(project) + "/notes/public", timeout=10)

    coverage = firestore_engine.rule_coverage(project)

    assert any(report.get("values") for report in coverage["report"])


def test_rules_that_do_not_compile_are_refused(firestore_engine: FirestoreEngine, project: str) -> None:
    with pytest.raises(ValueError, match="don't compile"):
        firestore_engine.load_rules(project, "this is no rule")
