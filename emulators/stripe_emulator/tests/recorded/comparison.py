"""How an answer of the emulator is compared with a recorded one of Stripe: whole, field by field.

A field must be there in both or in neither, have the same type, be null in both or in neither, and have the same
value. Only what differs from payment to payment (ids, times, texts of the account) may have another value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Json = Any
ID = re.compile(r"\b(ch|pi|pm|re|dp|du|cs_test|txn|src)_\w+")
SCRUBBED = ("scrubbed", "SCRUBBED", "recorded", ".invalid")
FREE = {
    # Ids, times and what was bought.
    "id", "created", "canceled_at", "available_on", "due_by", "capture_before", "expires_at", "client_secret",
    "amount_subtotal", "amount_total",
    # What the account, its bank and the card's network say of themselves.
    "authorization_code", "calculated_statement_descriptor", "fingerprint", "network_transaction_id",
    "reference", "transaction_link_id", "transaction_id", "risk_score", "risk_level", "fee", "net", "description",
    "display_name", "idempotency_key",
    # The card that was used.
    "brand", "country", "display_brand", "exp_month", "exp_year", "last4", "network", "available",
    "network_reason_code",
    # The version of the protocol that the bank spoke, and of the API.
    "version", "api_version", "pending_webhooks",
}  # fmt: skip
"""Fields whose values may differ; their types and nullness may not."""


def differences(theirs: Json, ours: Json, path: str) -> Iterator[str]:
    """Each difference as `path: what`. A path begins at the object that has the field: `charge.outcome.reason`."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        yield from _of_objects(theirs, ours, _root(theirs) or path)
    elif (theirs is None) != (ours is None):
        yield f"{path}: {'null' if ours is None else 'not null'}"
    elif kind(theirs) != kind(ours):
        yield f"{path}: {kind(ours)} instead of {kind(theirs)}"
    elif isinstance(theirs, list):
        yield from _of_lists(theirs, ours, path)
    elif not _same(theirs, ours, path):
        yield f"{path}: {ours!r} instead of {theirs!r}"


def _root(theirs: dict[str, Json]) -> str | None:
    name = theirs.get("object")
    return name if isinstance(name, str) and name != "list" else None


def _of_objects(theirs: dict[str, Json], ours: dict[str, Json], path: str) -> Iterator[str]:
    if path.endswith(".metadata"):
        return
    for name in sorted(theirs.keys() | ours.keys()):
        inner = f"{path}.{name}"
        if name not in ours:
            yield f"{inner}: missing"
        elif name not in theirs:
            yield f"{inner}: not in the recording"
        else:
            yield from differences(theirs[name], ours[name], inner)


def _of_lists(theirs: list[Json], ours: list[Json], path: str) -> Iterator[str]:
    if len(theirs) != len(ours):
        yield f"{path}: {len(ours)} items instead of {len(theirs)}"
    for their, our in zip(theirs, ours, strict=False):
        yield from differences(their, our, f"{path}[]")


def _same(theirs: Json, ours: Json, path: str) -> bool:
    name = path.rpartition(".")[2].removesuffix("[]")
    if name in FREE or theirs == ours:
        return True
    if isinstance(theirs, str):
        return any(mark in theirs for mark in SCRUBBED) or ID.sub("…", theirs) == ID.sub("…", ours)
    return False


def kind(value: Json) -> str:
    """The JSON type of a value."""
    names = {bool: "boolean", int: "number", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")
