"""Webhooks that arrive in one order and then in another, each time on the same documents."""

from __future__ import annotations

from tests.integration.house import House, Json


def put_back(house: House, documents: Json) -> None:
    """Leave in Firestore what `House.everything` has told, and nothing else."""
    for path in house.everything().keys() - documents.keys():
        house.db.document(path).delete()
    for path, doc in documents.items():
        house.db.document(path).set(doc)
