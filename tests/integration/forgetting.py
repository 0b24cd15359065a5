"""Documents that somebody deletes, or puts back from a backup."""

from __future__ import annotations

from tests.integration.deployment import Deployment, Json


def forget(deployment: Deployment, *collections: str) -> None:
    """Somebody deletes every document of these."""
    for name in collections:
        for snapshot in deployment.db.collection(name).stream():
            snapshot.reference.delete()


def forget_orders(deployment: Deployment) -> None:
    """Everything on record of orders."""
    forget(deployment, "orders", "order_metadata", "stripe_payments")


def forget_chats(deployment: Deployment) -> None:
    """Everything on record of chats."""
    forget(deployment, "sessions", "payment_intents")


def restore(deployment: Deployment, backup: Json) -> None:
    """The documents are again those of a backup, and no others."""
    for path in deployment.everything().keys() - backup.keys():
        deployment.db.document(path).delete()
    for path, fields in backup.items():
        deployment.db.document(path).set(fields)
