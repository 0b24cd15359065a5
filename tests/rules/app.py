"""An app user in front of Firestore: the REST API with a token that only an emulator accepts."""

import base64
import json
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Query:
    """A list as an app asks for it: a collection, narrowed by one field or not at all."""

    collection: str
    field: str | None = None
    operator: str = "EQUAL"
    value: str | bool = ""
    parent: str = ""
    """The document below which the collection lies; none for one at the top."""
    group: bool = False
    """Whether every collection of that name is meant, wherever it lies."""

    def structured(self) -> dict[str, Any]:
        """Return the query as the REST API takes it."""
        query: dict[str, Any] = {"from": [{"collectionId": self.collection, "allDescendants": self.group}]}
        if self.field:
            compare = {"field": {"fieldPath": self.field}, "op": self.operator, "value": encode(self.value)}
            query["where"] = {"fieldFilter": compare}
        return {"structuredQuery": query}


def encode(value: Any) -> dict[str, Any]:
    """Return a text, a number, a truth value or a list of them as a Firestore REST value."""
    match value:
        case bool():
            return {"booleanValue": value}
        case int():
            return {"integerValue": str(value)}
        case str():
            return {"stringValue": value}
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

    def create(self, path: str, fields: dict[str, Any]) -> int:
        return self.send("PATCH", f"/{path}?currentDocument.exists=false", body(fields)).status_code

    def update(self, path: str, fields: dict[str, Any]) -> int:
        mask = "".join(f"&updateMask.fieldPaths={name}" for name in fields)
        return self.send("PATCH", f"/{path}?currentDocument.exists=true{mask}", body(fields)).status_code

    def delete(self, path: str) -> int:
        return self.send("DELETE", f"/{path}").status_code

    def run(self, query: Query) -> requests.Response:
        return self.send("POST", f"{query.parent and '/'}{query.parent}:runQuery", query.structured())

    def seed(self, documents: dict[str, dict[str, Any]]) -> None:
        """Write the documents in one commit, over whatever is there."""
        root = f"projects/{self.project}/databases/(default)/documents"
        writes = [{"update": {"name": f"{root}/{path}", **body(fields)}} for path, fields in documents.items()]
        self.send("POST", ":commit", {"writes": writes}).raise_for_status()

    def read(self, path: str) -> dict[str, Any]:
        """Return the document as it is kept, with the time of its last change. Raises `HTTPError` where refused."""
        answer = self.send("GET", f"/{path}")
        answer.raise_for_status()
        document: dict[str, Any] = answer.json()
        return document

    def send(self, method: str, suffix: str, payload: dict[str, Any] | None = None) -> requests.Response:
        """Return the engine's answer to a request below the database's documents."""
        url = f"http://{self.host}/v1/projects/{self.project}/databases/(default)/documents{suffix}"
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return requests.request(method, url, json=payload, headers=headers, timeout=TIMEOUT_SECONDS)


def body(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields as the body of a document."""
    return {"fields": {name: encode(value) for name, value in fields.items()}}
