"""Firestore with administration rights, over REST: what the demo looks at, and how it lets time pass."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import requests

from emulators.stack.firestore_engine import OWNER, FirestoreEngine

ANSWER_SECONDS = 30
READERS: dict[str, Any] = {
    "stringValue": str,
    "integerValue": int,
    "doubleValue": float,
    "booleanValue": bool,
    "timestampValue": datetime.fromisoformat,
    "nullValue": lambda _: None,
    "mapValue": lambda value: plain(value.get("fields", {})),
    "arrayValue": lambda value: [_read(each) for each in value.get("values", ())],
}


def plain(fields: dict[str, Any]) -> dict[str, Any]:
    """Return a document's REST fields as Python values; times are timezone-aware UTC."""
    return {name: _read(value) for name, value in fields.items()}


def _read(value: dict[str, Any]) -> object:
    ((kind, content),) = value.items()
    return READERS[kind](content)


@dataclass(frozen=True)
class Documents:
    """The documents of one project."""

    engine: FirestoreEngine
    project: str

    def read(self, path: str) -> dict[str, Any]:
        """Return the document's fields, none where it does not exist."""
        return plain(self._fields(path))

    def all(self, collection: str) -> dict[str, dict[str, Any]]:
        """Return a collection's first 300 documents by their ids."""
        listed = self._send("GET", f"{collection}?pageSize=300").json().get("documents", ())
        return {document["name"].rsplit("/", 1)[1]: plain(document.get("fields", {})) for document in listed}

    def write(self, path: str, fields: dict[str, Any]) -> None:
        """Set a document, given as REST fields."""
        self._send("PATCH", path, {"fields": fields}).raise_for_status()

    def let_time_pass(self, path: str, seconds: float) -> None:
        """Move every time in the document back, also in its maps, as if all of it had happened so much earlier."""
        fields = self._fields(path)
        moved = {name: after for name, value in fields.items() if (after := _moved(value, seconds)) != value}
        mask = "&".join(f"updateMask.fieldPaths={name}" for name in moved)
        self._send("PATCH", f"{path}?{mask}", {"fields": moved}).raise_for_status()

    def _fields(self, path: str) -> dict[str, Any]:
        answer = self._send("GET", path)
        if answer.status_code == requests.codes.not_found:
            return {}
        answer.raise_for_status()
        fields: dict[str, Any] = answer.json().get("fields", {})
        return fields

    def _send(self, method: str, suffix: str, body: dict[str, Any] | None = None) -> requests.Response:
        url = f"{self.engine.documents_url(self.project)}/{suffix}"
        return requests.request(method, url, json=body, headers=OWNER, timeout=ANSWER_SECONDS)


def _moved(value: dict[str, Any], seconds: float) -> dict[str, Any]:
    """A value as Firestore's REST API writes it, with its time or its map's times moved back."""
    if "timestampValue" in value:
        return {"timestampValue": _earlier(value["timestampValue"], seconds)}
    if "mapValue" in value:
        parts = value["mapValue"].get("fields", {})
        return {"mapValue": {"fields": {name: _moved(part, seconds) for name, part in parts.items()}}}
    return value


def _earlier(timestamp: str, seconds: float) -> str:
    return (datetime.fromisoformat(timestamp) - timedelta(seconds=seconds)).isoformat()
