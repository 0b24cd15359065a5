"""The engine that the other tests stand on does what they rely on."""

from __future__ import annotations

import pytest
from google.cloud.firestore import Client

from emulators.stack.firestore_engine import FirestoreEngine


def test_projects_on_one_engine_share_nothing(db: Client, firestore_engine: FirestoreEngine) -> None:
    db.document("notes/a").set({"text": "hello"})

    other = Client(project="demo-another")
    assert not other.document("notes/a").get().exists
    other.close()


def test_rules_that_do_not_compile_are_refused(firestore_engine: FirestoreEngine, project: str) -> None:
    with pytest.raises(ValueError, match="don't compile"):
        firestore_engine.load_rules(project, "this is no rule")
