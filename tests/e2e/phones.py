"""People's phones: the tokens that FlutterFlow keeps of them, and Firestore's events as Eventarc delivers them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import requests
from google.cloud.firestore_v1 import types
from google.cloud.firestore_v1.base_query import FieldFilter
from google.events.cloud.firestore import Document, DocumentEventData  # type: ignore[import-untyped]  # ships no types

from emulators.fcm import FcmReceiver, Received
from tests.e2e.http_site import Data, Site
from tests.e2e.served import ServedFunctions
from tests.integration.deployment import PAYER

SECONDS = 60
"""A guard against a hang."""


@dataclass(frozen=True)
class Phones:
    """The deployment, its database, and what the people's phones get."""

    site: Site
    fcm: FcmReceiver

    def register(self, *tokens: Any, uid: str = PAYER) -> list[str]:
        """Keep tokens as FlutterFlow keeps them, each in a document of its own; answers with the documents' paths."""
        paths = [f"users/{uid}/fcm_tokens/{uuid.uuid4().hex[:20]}" for _ in tokens]
        for path, token in zip(paths, tokens, strict=True):
            fields = {"fcm_token": token, "device_type": "iOS", "created_at": datetime.now(UTC)}
            self.site.db.document(path).set(fields)
        return paths

    def kept(self, paths: list[str]) -> list[bool]:
        """Whether the documents are still there."""
        return [self.site.db.document(path).get().exists for path in paths]

    def notify(self, kind: str = "session_ready", uid: str = PAYER) -> str:
        """Bring a notification about by what causes it; answers with its document's path."""
        hold = self.site.deployment.paid()
        if kind == "session_started":
            assert self.site.call("startSession", {"sessionId": hold.session_id}).status_code == 200
        of_session = FieldFilter("sessionId", "==", hold.session_id)
        found = self.site.db.collection("notifications").where(filter=of_session).get()
        (path,) = [each.reference.path for each in found if (each.get("userId"), each.get("kind")) == (uid, kind)]
        return str(path)

    def notice(self, path: str) -> Data:
        """The notification's fields."""
        return self.site.db.document(path).get().to_dict() or {}

    def happens(self, path: str, *, by: ServedFunctions | None = None, seconds: float = SECONDS) -> requests.Response:
        """Deliver the event that the document has been created, and wait for so many seconds at most."""
        return self.deliver(path, self.body_of(path), by=by, seconds=seconds)

    def body_of(self, path: str) -> bytes:
        """The event's body: the document as it stands."""
        db = self.site.db
        name = f"{db._database_string}/documents/{path}"
        stored = db._firestore_api.get_document(request={"name": name}, metadata=db._rpc_metadata)
        document = Document.deserialize(types.Document.serialize(stored))
        return bytes(DocumentEventData.serialize(DocumentEventData(value=document)))

    def deliver(
        self, path: str, body: bytes, *, by: ServedFunctions | None = None, seconds: float = SECONDS
    ) -> requests.Response:
        """Deliver an event of that body; the same body is the same event again."""
        functions = by or self.site.functions
        headers = {
            "Content-Type": "application/protobuf",
            "ce-id": str(uuid.uuid5(uuid.NAMESPACE_URL, path)),
            "ce-specversion": "1.0",
            "ce-type": "google.cloud.firestore.document.v1.created",
            "ce-source": f"//firestore.googleapis.com/projects/{functions.project}/databases/(default)",
            "ce-subject": f"documents/{path}",
            "ce-time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "ce-datacontenttype": "application/protobuf",
            "ce-location": "asia-northeast1",
            "ce-project": functions.project,
            "ce-database": "(default)",
            "ce-namespace": "(default)",
            "ce-document": path,
        }
        return functions.send("sendPush", data=body, headers=headers, timeout=seconds)

    def got(self, *tokens: str) -> list[str]:
        """The tokens to which something was sent, sorted, each as often as it was."""
        return sorted(each.token for each in (self.fcm.to(*tokens) if tokens else self.fcm.received))


def texts(received: Received) -> str:
    """What the person reads."""
    shown = received.message["notification"]
    assert shown.keys() == {"title", "body"}
    assert shown["title"].strip()
    assert shown["body"].strip()
    return f"{shown['title']}\n{shown['body']}"
