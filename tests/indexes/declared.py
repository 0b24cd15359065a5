"""`firestore.indexes.json`, and what a single field's own indexes are where it overrides them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PATH = Path(__file__).parents[2] / "firestore.indexes.json"
AUTOMATIC = frozenset({"ASCENDING", "DESCENDING", "CONTAINS"})


def declared() -> dict[str, Any]:
    """Return the file's content."""
    content: dict[str, Any] = json.loads(PATH.read_text())
    return content


def modes_of(content: dict[str, Any], collection: str, field: str) -> frozenset[str]:
    """Return the modes in which a field is indexed by itself: all, or those of its override."""
    for override in content["fieldOverrides"]:
        if (override["collectionGroup"], override["fieldPath"]) == (collection, field):
            return frozenset(index.get("order") or index["arrayConfig"] for index in override["indexes"])
    return AUTOMATIC
