"""People and their devices in Firestore: the app's own documents, written by FlutterFlow's push notifications."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from google.cloud import firestore

from payments.adapters.firestore import RETRY, TIMEOUT
from payments.push.port import Device, Person

#: More than anybody carries: FlutterFlow adds a document with every new token and deletes none.
MOST_DEVICES: Final = 20


class FirestorePeople:
    """`push.port.People` on a Firestore client."""

    def __init__(self, client: firestore.Client) -> None:
        self._client = client

    def person(self, user_id: str) -> Person:
        """The person's language and newest devices, from the app's own documents; invalid devices are passed over."""
        user = self._client.document("users", user_id)
        profile = user.get(["language"], retry=RETRY, timeout=TIMEOUT).to_dict() or {}
        language = profile.get("language")
        newest = user.collection("fcm_tokens").order_by("created_at", direction=firestore.Query.DESCENDING)
        snapshots = newest.limit(MOST_DEVICES).stream(retry=RETRY, timeout=TIMEOUT)
        devices = [(snapshot.id, (snapshot.to_dict() or {}).get("fcm_token")) for snapshot in snapshots]
        return Person(
            language if isinstance(language, str) else None,
            tuple(Device(name, token) for name, token in devices if isinstance(token, str) and token),
        )

    def forget(self, user_id: str, device_ids: Iterable[str]) -> None:
        """Delete devices that are gone."""
        batch = self._client.batch()
        for device_id in device_ids:
            batch.delete(self._client.document("users", user_id, "fcm_tokens", device_id))
        batch.commit(retry=RETRY, timeout=TIMEOUT)
