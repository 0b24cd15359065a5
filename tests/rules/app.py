"""An app user in front of Firestore: the REST API with a token that only an emulator accepts."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests

OWNER = "owner"
"""The bearer token that the engine takes as admin rights: the rules are not asked."""

TIMEOUT_SECONDS = 20
FAR_FUTURE = 4102444800


def unsigned_token(project: str, uid: str) -> str:
    """Return a Firebase ID token of `uid` with `alg: none`."""
    claims = {"sub": uid, "user_id": uid, "aud": project, "iat": 0, "exp": FAR_FUTURE}
    issued = {"iss": f"https://securetoken.google.com/{project}", **claims}
    return f"{_segment({'alg': 'none', 'typ': 'JWT'})}.{_segment(issued)}."


def _segment(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


SERVER_TIME = object()
"""Stands for the time at which the server takes the write: `FieldValue.serverTimestamp()` in an app."""

MUST_EXIST = {"exists": True}
MUST_NOT_EXIST = {"exists": False}

Fields = dict[str, Any]
Where = tuple[str, str, Any]
"""A field, one of the REST API's operators, and the value that it is compared with."""


@dataclass(frozen=True)
class Query:
    """A list as an app asks for it: a collection, narrowed by filters or not at all."""

    collection: str
    where: tuple[Where, ...] = ()
    newest_first: str = ""
    """The field by which the list is ordered, descending; none where its order does not matter."""
    parent: str = ""
    """The document below which the collection lies; none for one at the top."""
    group: bool = False
    """Whether every collection of that name is meant, wherever it lies."""

    def structured(self) -> dict[str, Any]:
        """Return the query as the REST API takes it."""
        query: dict[str, Any] = {"from": [{"collectionId": self.collection, "allDescendants": self.group}]}
        if self.where:
            query["where"] = {"compositeFilter": {"op": "AND", "filters": [_filter(*each) for each in self.where]}}
        if self.newest_first:
            query["orderBy"] = [{"field": {"fieldPath": self.newest_first}, "direction": "DESCENDING"}]
        return {"structuredQuery": query}


def equal(field: str, value: Any) -> tuple[Where]:
    """Return the one filter of a query for a field's value."""
    return ((field, "EQUAL", value),)


def contains(field: str, value: Any) -> tuple[Where]:
    """Return the one filter of a query for an array that holds a value."""
    return ((field, "ARRAY_CONTAINS", value),)


def _filter(field: str, operator: str, value: Any) -> dict[str, Any]:
    if value is None:
        return {"unaryFilter": {"op": "IS_NULL", "field": {"fieldPath": field}}}
    return {"fieldFilter": {"field": {"fieldPath": field}, "op": operator, "value": encode(value)}}


def encode(value: Any) -> dict[str, Any]:
    """Return null, a text, a number, a truth value, a time or a list of them as a Firestore REST value."""
    match value:
        case None:
            return {"nullValue": None}
        case bool():
            return {"booleanValue": value}
        case int():
            return {"integerValue": str(value)}
        case str():
            return {"stringValue": value}
        case datetime():
            return {"timestampValue": value.isoformat()}
        case list():
            return {"arrayValue": {"values": [encode(each) for each in value]}}
    raise TypeError(f"no Firestore value for {value!r}")


@dataclass(frozen=True)
class App:
    """One person's Firestore client. Every method answers the HTTP status: 200 allowed, 403 refused."""

    host: str
    project: str
    token: str | None
    """An unsigned ID token, `OWNER`, or None for somebody who is not signed in."""

    def get(self, path: str) -> int:
        return self.send("GET", f"/{path}").status_code

    def list(self, query: Query) -> int:
        return self.run(query).status_code

    def ids(self, query: Query) -> set[str]:
        """Return the ids of the documents that the query finds. Raises `HTTPError` where it is refused."""
        answer = self.run(query)
        answer.raise_for_status()
        return {row["document"]["name"].rsplit("/", 1)[1] for row in answer.json() if "document" in row}

    def create(self, path: str, fields: Fields) -> int:
        return self.commit([self.write(path, fields, MUST_NOT_EXIST)])

    def set(self, path: str, fields: Fields) -> int:
        """Write the whole document, whether it is there or not."""
        return self.commit([self.write(path, fields)])

    def update(self, path: str, fields: Fields) -> int:
        mask = {"fieldPaths": [name for name, value in fields.items() if value is not SERVER_TIME]}
        return self.commit([self.write(path, fields, MUST_EXIST) | {"updateMask": mask}])

    def delete(self, path: str) -> int:
        return self.send("DELETE", f"/{path}").status_code

    def commit(self, writes: Sequence[dict[str, Any]]) -> int:
        return self.send("POST", ":commit", {"writes": writes}).status_code

    def run(self, query: Query) -> requests.Response:
        return self.send("POST", f"{query.parent and '/'}{query.parent}:runQuery", query.structured())

    def seed(self, documents: dict[str, Fields]) -> datetime:
        """Write the documents in one commit, over whatever is there. Returns the engine's time of it, to the µs."""
        writes = [self.write(path, fields) for path, fields in documents.items()]
        answer = self.send("POST", ":commit", {"writes": writes})
        answer.raise_for_status()
        return datetime.fromisoformat(answer.json()["commitTime"])

    def write(self, path: str, fields: Fields, precondition: dict[str, bool] | None = None) -> dict[str, Any]:
        """Return one write of a commit; `SERVER_TIME` among the fields becomes a transform, as the SDKs send it."""
        name = f"projects/{self.project}/databases/(default)/documents/{path}"
        stamps = [field for field, value in fields.items() if value is SERVER_TIME]
        return {
            "update": {"name": name, "fields": {k: encode(v) for k, v in fields.items() if v is not SERVER_TIME}},
            "updateTransforms": [{"fieldPath": field, "setToServerValue": "REQUEST_TIME"} for field in stamps],
            "currentDocument": precondition or {},
        }

    def send(self, method: str, suffix: str, payload: dict[str, Any] | None = None) -> requests.Response:
        """Return the engine's answer to a request below the database's documents."""
        url = f"http://{self.host}/v1/projects/{self.project}/databases/(default)/documents{suffix}"
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return requests.request(method, url, json=payload, headers=headers, timeout=TIMEOUT_SECONDS)
