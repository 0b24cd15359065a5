"""Webhooks that arrive in one order and then in another, each time on the same documents."""

from __future__ import annotations

from tests.integration.deployment import Deployment, Json


def put_back(deployment: Deployment, documents: Json) -> None:
    """Leave in Firestore what `Deployment.everything` has told, and nothing else."""
    for path in deployment.everything().keys() - documents.keys():
        deployment.db.document(path).delete()
    for path, doc in documents.items():
        deployment.db.document(path).set(doc)
