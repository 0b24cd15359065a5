"""Every query of the product and of apps: what `firestore.indexes.json` has to serve.

Only `payments/adapters` can build a query (an import contract in `pyproject.toml`). The lists of an app are those that
the comments in `firestore.rules` promise. Whoever adds a query adds it here.
"""

from __future__ import annotations

from typing import NamedTuple

DIRECTIONS = {"asc": "ASCENDING", "desc": "DESCENDING"}


class Query(NamedTuple):
    """A query of one collection."""

    collection: str
    equal: tuple[str, ...] = ()
    array: str = ""
    """The field of `array-contains`."""
    order: tuple[str, str] | None = None
    """The field that the result is sorted by, which a range may be about, and the direction."""

    def __str__(self) -> str:
        return " ".join([self.collection, *self.equal, self.array, *(self.order or ())])


OF_THE_PRODUCT = (
    Query("payment_intents", order=("dueAt", "asc")),
    Query("sessions", order=("dueAt", "asc")),
    Query("orders", order=("due_at", "asc")),
    Query("fcm_tokens", order=("created_at", "desc")),
)
NEWEST = ("createdAt", "desc")
OF_APPS = (
    Query("payment_intents", ("userId",)),
    Query("payment_intents", ("userId",), order=NEWEST),
    Query("sessions", array="participants"),
    Query("sessions", array="participants", order=NEWEST),
    Query("sessions", ("userId",), order=NEWEST),
    Query("messages", order=NEWEST),
    Query("notifications", ("userId",), order=NEWEST),
    Query("notifications", ("userId", "readAt"), order=NEWEST),
    Query("consultants", ("active",)),
    Query("orders", ("user_id",)),
    Query("orders", ("user_id",), order=("created_at", "desc")),
    Query("products", ("seller_id", "active")),
)
